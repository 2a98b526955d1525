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

/** Asks anew for what stands under these keys whenever a feed hints that it may be another. */
export function useFeedRefresh(name: string, ...keys: readonly QueryKey[]): void {
  const cache = useQueryClient();
  const latest = useRef(keys);
  latest.current = keys;
  const refresh = useMemo(
    () =>
      coalesce(
        () => {
          for (const queryKey of latest.current) {
            // What nobody sees is asked for when they come back to it.
            void cache.invalidateQueries({ queryKey, refetchType: document.hidden ? 'none' : 'active' });
          }
        },
        SOON_MS,
        SPACED_MS,
      ),
    [cache],
  );
  useEffect(() => () => refresh.cancel(), [refresh]);
  useFeed(name, { start: refresh.call, hint: refresh.call });
}
