/** One's own clients, live. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { coalesce } from '@/live/coalesce';
import { useFeed, useTopic } from '@/live/react';
import type { Topic } from '@/live/topic';
import { floorKeys, useMyClients } from '../api';
import { presenceInCache } from '../cache';
import type { Client } from '../types';
import { type Mine, mineEntity, newsOf, sellerTopic } from './entity';
import { viewOf } from './view';

const SOON_MS = 250;
const SPACED_MS = 2_000;
/** For so long is told what came and went. */
const NEWS_MS = 10_000;

export interface MyNews {
  came: ReadonlySet<string>;
  went: number;
}

const NOTHING: readonly Client[] = [];

export function useMine(id: string) {
  const cache = useQueryClient();
  const live = useTopic(sellerTopic(id), mineEntity);
  const waiting = useMyClients(id, 'waiting');
  const contacted = useMyClients(id, 'contacted');
  const news = useNews(live.topic);

  const refresh = useMemo(
    () =>
      coalesce(() => void cache.invalidateQueries({ queryKey: [...floorKeys.mine, id] }), SOON_MS, SPACED_MS),
    [cache, id],
  );
  useEffect(() => () => refresh.cancel(), [refresh]);
  useEffect(() => live.topic.observe(refresh.call), [live.topic, refresh]);

  const { state, pending } = live;
  const known = useMemo(
    () => [...(waiting.data ?? NOTHING), ...(contacted.data ?? NOTHING)],
    [waiting.data, contacted.data],
  );
  const view = useMemo(() => viewOf(state, known), [state, known]);
  // After a while without a connection there may be some of whom no event told.
  const unknown = view.unknown.join();
  const isLoaded = waiting.isSuccess;
  useEffect(() => {
    if (isLoaded && unknown) refresh.call();
  }, [isLoaded, unknown, refresh]);

  useFeed('floor', {
    start: () => void cache.invalidateQueries({ queryKey: floorKeys.sellers }),
    hint: ({ type, data }) => {
      if (type !== 'seller.online' && type !== 'seller.offline') return;
      const told = data as { seller_id: string; is_paused?: boolean };
      presenceInCache(cache, told.seller_id, type === 'seller.online', told.is_paused === true);
    },
  });

  const unsent = useMemo(() => new Set(pending.map(({ data }) => data.client_id as string)), [pending]);
  return { view, waiting, lost: live.lost, send: live.send, unsent, news };
}

/** What others' doings have brought and taken, for a moment. */
function useNews(topic: Topic<Mine>): MyNews | null {
  const [news, setNews] = useState<MyNews | null>(null);
  useEffect(
    () =>
      topic.observe((event) => {
        const told = newsOf(event);
        if (!told) return;
        setNews((before) => ({
          came: new Set([...(before?.came ?? []), ...told.came]),
          went: (before?.went ?? 0) + told.went,
        }));
      }),
    [topic],
  );
  useEffect(() => {
    if (!news) return;
    const timer = setTimeout(() => setNews(null), NEWS_MS);
    return () => clearTimeout(timer);
  }, [news]);
  return news;
}
