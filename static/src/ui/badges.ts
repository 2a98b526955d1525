import { create } from 'zustand';

/** How much waits for the person on a screen, by the screen's id: shown in the navigation, kept by whoever knows. */
export const useBadges = create<Readonly<Record<string, number>>>(() => ({}));

export const setBadge = (screen: string, count: number): void => useBadges.setState({ [screen]: count });
