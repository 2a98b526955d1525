/** Follows the feed `floor`: what it tells shows at once, and is asked for anew soon after. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { keys } from '@/api/queries';
import { coalesce } from '@/live/coalesce';
import type { HintFrame } from '@/live/frames';
import { useFeed } from '@/live/react';
import { createGlide } from '@/ui/glide';
import { personColor } from '@/ui/person-avatar';
import { floorKeys } from './api';
import { contactInCache, findClient, moveInCache, presenceInCache } from './cache';
import { moves } from './moves';
import { type Place, placeOf } from './types';

const SOON_MS = 250;
const SPACED_MS = 2_000;

export const glide = createGlide('data-client-id');

/** The last thing that happened without anybody here having done it. */
export type News =
  | { kind: 'online' | 'offline' | 'paused'; name: string }
  | { kind: 'dealt'; moved: number }
  | { kind: 'contacted'; name: string; client: string };

/** Applies a hint; answers which columns are to be asked for anew, or `all`. */
export function applyHint(cache: QueryClient, { type, data }: HintFrame): readonly Place[] | 'all' {
  const told = data as Record<string, string | null> & { is_paused?: boolean };
  const id = told.client_id ?? '';
  switch (type) {
    case 'client.reallocated':
    case 'client.released': {
      const from = placeOf(told.from_seller_id ?? null);
      const to = placeOf(told.to_seller_id ?? null);
      // What one does oneself is on the screen already, and its answer says the rest.
      if (moves.get().has(id)) return [from, to];
      if (findClient(cache, id)?.place !== to && !document.hidden) {
        glide.depart(id, personColor(told.to_seller_id ?? told.from_seller_id ?? ''), true);
      }
      moveInCache(cache, id, to);
      return [from, to];
    }
    case 'client.contacted':
      contactInCache(cache, id, told.seller_id ?? '', told.contacted_at ?? new Date().toISOString());
      return [told.seller_id ?? ''];
    case 'seller.online':
    case 'seller.offline':
      presenceInCache(cache, told.seller_id ?? '', type === 'seller.online', told.is_paused === true);
      return 'all';
    default:
      return 'all';
  }
}

export function newsOf(cache: QueryClient, { type, data }: HintFrame): News | null {
  const told = data as Record<string, string> & { is_paused?: boolean; moved?: number };
  switch (type) {
    case 'seller.online':
      return { kind: 'online', name: told.name ?? '' };
    case 'seller.offline':
      return { kind: told.is_paused ? 'paused' : 'offline', name: told.name ?? '' };
    case 'redistribution.completed':
      return { kind: 'dealt', moved: told.moved ?? 0 };
    case 'client.contacted': {
      const client = findClient(cache, told.client_id ?? '')?.client.name ?? '';
      return { kind: 'contacted', name: told.seller_name ?? '', client };
    }
    default:
      return null;
  }
}

/** Keeps everything that is held of the floor up to date, and tells the last news. */
export function useFloorFeed(): { news: News; at: string } | null {
  const cache = useQueryClient();
  const [last, setLast] = useState<{ news: News; at: string } | null>(null);
  const dirty = useRef<{ all: boolean; places: Set<Place> }>({ all: false, places: new Set() });
  const refresh = useMemo(
    () =>
      coalesce(
        () => {
          const { all, places } = dirty.current;
          dirty.current = { all: false, places: new Set() };
          const stale = all
            ? [keys.floor]
            : [
                ...[...places].map(floorKeys.place),
                floorKeys.sellers,
                floorKeys.clients,
                floorKeys.stats,
                floorKeys.preview,
              ];
          for (const queryKey of stale) {
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
  useFeed('floor', {
    start: () => {
      dirty.current.all = true;
      refresh.call();
    },
    hint: (hint) => {
      const news = newsOf(cache, hint);
      if (news) setLast({ news, at: new Date().toISOString() });
      const stale = applyHint(cache, hint);
      if (stale === 'all') dirty.current.all = true;
      else for (const place of stale) dirty.current.places.add(place);
      refresh.call();
    },
  });
  return last;
}
