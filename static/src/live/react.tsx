import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { api, ask } from '@/api/client';
import { lifetime, session } from '@/api/session';
import { newId } from '@/ui/new-id';
import { LiveClient, type SocketLike } from './client';
import { coalesce } from './coalesce';
import type { FeedListener } from './feeds';
import type { Accepted } from './outbox';
import type { Entity, Topic, TopicView } from './topic';

/** The live client of this tab. */
export const live = new LiveClient({
  open(token) {
    const origin = location.origin.replace(/^http/, 'ws');
    return new WebSocket(`${origin}/ws?token=${encodeURIComponent(token)}`) as SocketLike;
  },
  session: {
    token: () => session.token(),
    lifetime: (token) => lifetime(token),
    renew: (stale) => session.renew(stale),
    probe: async () => void (await ask(api.GET('/api/v1/auth/me', {}))),
    over: () => session.refuse(),
  },
  newId,
  online: () => navigator.onLine,
  visible: () => !document.hidden,
  // Hidden pages get no animation frames, and nobody watches them redraw.
  schedule: (redraw) => void (document.hidden ? setTimeout(redraw, 200) : requestAnimationFrame(redraw)),
});

/** Connects the live client to login, network and visibility, for as long as someone is signed in. */
export function useLiveConnection(user: { id: string; full_name: string }): void {
  const { id, full_name } = user;
  useEffect(() => {
    live.start({ id, name: full_name });
    const unsubscribe = session.subscribe((current) => current && live.renewed(current.accessToken));
    const wake = () => live.wake('by-browser');
    const doubt = () => live.doubt();
    const visible = () => document.visibilityState === 'visible' && wake();
    addEventListener('online', wake);
    addEventListener('offline', doubt);
    document.addEventListener('visibilitychange', visible);
    return () => {
      unsubscribe();
      removeEventListener('online', wake);
      removeEventListener('offline', doubt);
      document.removeEventListener('visibilitychange', visible);
      live.stop();
    };
  }, [id, full_name]);
}

export function useLiveState() {
  return useSyncExternalStore(live.subscribe, live.getState);
}

export interface LiveEntity<S> extends TopicView<S> {
  topic: Topic<S>;
  send(name: string, data: Record<string, unknown>): Promise<Accepted>;
}

/** Follows one entity: its state with one's own pending commands on top, and the way to send commands. */
export function useTopic<S>(name: string, entity: Entity<S>): LiveEntity<S> {
  const topic = useMemo(() => live.topic(name, entity), [name, entity]);
  useEffect(() => live.hold(name), [name]);
  const view = useSyncExternalStore(topic.subscribe, topic.getView);
  const send = useCallback(
    (command: string, data: Record<string, unknown>) => live.command(name, command, data),
    [name],
  );
  return useMemo(() => ({ ...view, topic, send }), [view, topic, send]);
}

/** Follows a feed while the caller is mounted. */
export function useFeed(name: string, listener: FeedListener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(
    () =>
      live.follow(name, {
        start: (snapshot) => latest.current.start(snapshot),
        hint: (hint) => latest.current.hint(hint),
      }),
    [name],
  );
}

/** Hints that come together are answered by one look, and many by one every other second. */
const SOON_MS = 250;
const SPACED_MS = 2_000;

/** A way to look again that can be asked for at every hint. */
function useLook(look: () => void): () => void {
  const latest = useRef(look);
  latest.current = look;
  const spaced = useMemo(() => coalesce(() => latest.current(), SOON_MS, SPACED_MS), []);
  useEffect(() => () => spaced.cancel(), [spaced]);
  return spaced.call;
}

/** Calls `look` at the start of a feed and at those of its hints that concern it. */
export function useFeedLook(name: string, look: () => void, concerns: (data: unknown) => boolean): void {
  const soon = useLook(look);
  useFeed(name, {
    start: soon,
    hint: (hint) => {
      if (concerns(hint.data)) soon();
    },
  });
}

/** Asks anew for what stands under these keys whenever a feed hints that it may be another. */
export function useFeedRefresh(name: string, ...keys: readonly QueryKey[]): void {
  const cache = useQueryClient();
  const soon = useLook(() => {
    for (const queryKey of keys) {
      // What nobody sees is asked for when they come back to it.
      void cache.invalidateQueries({ queryKey, refetchType: document.hidden ? 'none' : 'active' });
    }
  });
  useFeed(name, { start: soon, hint: soon });
}
