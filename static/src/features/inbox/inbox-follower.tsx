import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSession } from '@/api/queries';
import { useFeed, useFeedLook } from '@/live/react';
import { setBadge } from '@/ui/badges';
import { hear, recount, startAnew, useList, useStats } from './api';
import { itemsOf } from './lists';

/** The inbox wherever one is: its lists are kept live, and what waits for one stands in the navigation. */
export default function InboxFollower() {
  const cache = useQueryClient();
  const me = useSession()?.user.id ?? '';
  useFeed('inbox', {
    start: () => void startAnew(cache),
    hint: (hint) => hear(cache, hint, me),
  });
  // Counts follow what happens, but not each single thing.
  useFeedLook(
    'inbox',
    () => void recount(cache),
    () => true,
  );

  const { data: stats } = useStats();
  const { data: mine, hasNextPage, isFetching, isError, fetchNextPage } = useList('mine', '');
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const unread = itemsOf(mine).filter(({ unread_count }) => unread_count > 0).length;
  const waiting = unread + (stats?.waiting ?? 0);
  useEffect(() => setBadge('inbox', waiting), [waiting]);
  useEffect(() => () => setBadge('inbox', 0), []);
  return null;
}
