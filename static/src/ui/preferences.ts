import { create } from 'zustand';

export type Density = 'comfortable' | 'compact';

interface Preferences {
  density: Density;
}

const keyOf = (userId: string) => `balcao.density.${userId}`;

export const usePreferences = create<Preferences>(() => ({ density: 'comfortable' }));

/** Density is remembered per person in this browser. */
export function loadDensity(userId: string): void {
  const stored = localStorage.getItem(keyOf(userId));
  usePreferences.setState({ density: stored === 'compact' ? 'compact' : 'comfortable' });
}

export function setDensity(userId: string, density: Density): void {
  localStorage.setItem(keyOf(userId), density);
  usePreferences.setState({ density });
}
