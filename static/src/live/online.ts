/** Who of the company is online, as the feed `presence` tells. */
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import type { components } from '@/api/schema';
import type { HintFrame } from './frames';
import { live, useFeed } from './react';

type Schemas = components['schemas'];
export type Status = Schemas['Status'];
/** Where those are who are not offline. */
export type Online = ReadonlyMap<string, Status>;

const useOnline = create<{ people: Online | null }>(() => ({ people: null }));

export function startOnline(snapshot: unknown): Online {
  const { users } = snapshot as { users: Schemas['OnlineUser'][] };
  return new Map(users.map(({ id, status }) => [id, status]));
}

export function hearOnline(known: Online, { type, data }: HintFrame): Online {
  if (type !== 'presence.changed') return known;
  const { user_id, status } = data as { user_id: string; status: Status };
  const people = new Map(known);
  if (status === 'offline') people.delete(user_id);
  else people.set(user_id, status);
  return people;
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
  const status = useOnline(({ people }) => people && (people.get(userId) ?? 'offline'));
  return isKnown ? status : null;
}

const isConnected = (): boolean => !['offline', 'stopped', 'idle'].includes(live.getState().status);
