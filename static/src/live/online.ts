/** Who of the company is online, as the feed `presence` tells. */
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import type { components } from '@/api/schema';
import type { HintFrame } from './frames';
import { live, useFeed } from './react';

type Schemas = components['schemas'];
export type Status = Schemas['Status'];
export interface Standing {
  status: Status;
  since: string;
}
/** How those are who are not offline, and those who went offline while one looked. */
export type Online = ReadonlyMap<string, Standing>;

const useOnline = create<{ people: Online | null }>(() => ({ people: null }));

export function startOnline(snapshot: unknown): Online {
  const { users } = snapshot as { users: Schemas['OnlineUser'][] };
  return new Map(users.map(({ id, status, since }) => [id, { status, since }]));
}

export function hearOnline(known: Online, { type, data }: HintFrame): Online {
  if (type !== 'presence.changed') return known;
  const { user_id, status, since } = data as { user_id: string } & Standing;
  return new Map(known).set(user_id, { status, since });
}

/** Follows who is online; once, for all who ask with `useStatus`. */
export function useOnlineFeed(): void {
  useFeed('presence', {
    start: (snapshot) => useOnline.setState({ people: startOnline(snapshot) }),
    hint: (hint) => useOnline.setState(({ people }) => ({ people: people && hearOnline(people, hint) })),
  });
}

/** Where somebody is; null while that is not known, as without a connection. */
export function useStatus(userId: string): Status | null {
  const isKnown = useSyncExternalStore(live.subscribe, isConnected);
  const status = useOnline(({ people }) => people && (people.get(userId)?.status ?? 'offline'));
  return isKnown ? status : null;
}

/** Since when somebody is offline, where that happened while one looked. */
export function useLeftAt(userId: string): string | null {
  return useOnline(({ people }) => {
    const standing = people?.get(userId);
    return standing?.status === 'offline' ? standing.since : null;
  });
}

const isConnected = (): boolean => !['offline', 'stopped', 'idle'].includes(live.getState().status);
