/** What is shown of a live conversation, and how more of it comes. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { EventFrame } from '@/live/frames';
import type { LiveEntity } from '@/live/react';
import { type Change, caughtUp, join, type Placed, type Shown, shown } from './past';

export type Place = { before: string } | { after: string } | { around: string };

/** Where the messages come from; keep it the same object for as long as it is the same place. */
export interface Source<M extends Placed> {
  fetch(place: Place): Promise<M[]>;
  change: Change<M, EventFrame>;
  isUnsaved(message: M): boolean;
  /** Whether a part around a message can be asked for. Without that one gets there step by step. */
  canJump: boolean;
}

export interface History<M extends Placed> extends Shown<M> {
  loading: 'older' | 'newer' | 'jump' | null;
  error: unknown;
  loadOlder(): void;
  loadNewer(): void;
  /** Brings this message into what is shown. */
  reach(id: string): Promise<boolean>;
  toNow(): void;
}

/** How many parts are looked through on the way to a message far back. */
const MOST_STEPS = 20;

export function useHistory<M extends Placed, S extends { messages: M[] }>(
  live: LiveEntity<S>,
  source: Source<M>,
): History<M> {
  const { topic, state } = live;
  const [past, setPast] = useState<M[]>([]);
  const [loading, setLoading] = useState<History<M>['loading']>(null);
  const [error, setError] = useState<unknown>(null);
  const meanwhile = useRef<EventFrame[] | null>(null);

  useEffect(
    () =>
      topic.observe((event) => {
        meanwhile.current?.push(event);
        setPast((known) => source.change(known, event));
      }),
    [topic, source],
  );
  // Another first message means another snapshot: between it and what was held something may be missing.
  const first = state?.messages.find((message) => !source.isUnsaved(message))?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: that it is another one is what matters
  useEffect(() => setPast([]), [first]);

  const load = useCallback(
    async (what: NonNullable<History<M>['loading']>, place: Place): Promise<M[]> => {
      if (meanwhile.current) return [];
      meanwhile.current = [];
      setLoading(what);
      setError(null);
      try {
        const part = await source.fetch(place);
        const events = meanwhile.current;
        setPast((known) => join(known, caughtUp(part, events, source.change)));
        return part;
      } catch (cause) {
        setError(cause);
        return [];
      } finally {
        meanwhile.current = null;
        setLoading(null);
      }
    },
    [source],
  );

  const view = useMemo(() => shown(past, state?.messages ?? []), [past, state?.messages]);
  const oldest = view.messages[0];
  const latest = view.messages.at(-1);
  return {
    ...view,
    loading,
    error,
    loadOlder: () => view.hasOlder && oldest && void load('older', { before: oldest.id }),
    loadNewer: () => view.hasNewer && latest && void load('newer', { after: latest.id }),
    reach: async (id) => {
      const has = (messages: M[]) => messages.some((message) => message.id === id);
      if (has(view.messages)) return true;
      if (source.canJump) return has(await load('jump', { around: id }));
      let from = view.hasOlder ? oldest : undefined;
      for (let step = 0; from && step < MOST_STEPS; step += 1) {
        const part = await load('older', { before: from.id });
        if (has(part)) return true;
        from = part[0];
      }
      return false;
    },
    toNow: () => setPast([]),
  };
}
