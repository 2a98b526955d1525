import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import {
  countHint,
  type Hint,
  listHint,
  type NotificationKind,
  type Pages,
  startUnread,
  UNKNOWN,
} from './state';

const PER_PAGE = 25;
const LIST = [...keys.notifications, 'list'] as const;
const PREFERENCES = [...keys.notifications, 'preferences'] as const;

/** How many are unread, as this tab knows. */
export const useUnread = create(() => UNKNOWN);

/** Takes a hint of the feed, or what one does here, into all that is known. */
export function take(cache: QueryClient, hint: Hint): void {
  useUnread.setState((unread) => countHint(unread, hint));
  cache.setQueryData<Pages>(LIST, (pages) => pages && listHint(pages, hint));
}

export const refetchNotifications = (cache: QueryClient): Promise<void> =>
  cache.invalidateQueries({ queryKey: LIST });

export function useNotifications() {
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: async ({ pageParam }) => {
      const query = { page: pageParam, per_page: PER_PAGE };
      const answer = await ask(api.GET('/api/v1/notifications', { params: { query } }));
      useUnread.setState(startUnread(answer.unread_count));
      return answer;
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
  });
}

/** Shown as read at once; when the server does not agree, what it says is shown. */
function useReading<T>(hintOf: (what: T) => Hint, send: (what: T) => Promise<unknown>) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: send,
    onMutate: (what) => take(cache, hintOf(what)),
    onError: (error) => {
      notify.failed(t('notifications.notMarked'), describeError(error, t));
      return refetchNotifications(cache);
    },
  });
}

export const useMarkRead = () =>
  useReading(
    (id: string) => ({ type: 'notification.read', data: { id } }),
    (id) => ask(api.POST('/api/v1/notifications/{id}/read', { params: { path: { id } } })),
  );

export const useMarkAllRead = () =>
  useReading(
    (_: undefined) => ({ type: 'notifications.read_all', data: { unread_count: 0 } }),
    () => ask(api.POST('/api/v1/notifications/read-all', {})),
  );

export type Preferences = Partial<Record<NotificationKind, boolean>>;

export function usePreferencesOf() {
  return useQuery({
    queryKey: PREFERENCES,
    queryFn: async (): Promise<Preferences> => ask(api.GET('/api/v1/notifications/preferences', {})),
  });
}

/** Shown as chosen at once, and taken back when it could not be kept. */
export function useChangePreferences() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: Preferences): Promise<Preferences> =>
      ask(api.PUT('/api/v1/notifications/preferences', { body })),
    onMutate: (change) =>
      cache.setQueryData<Preferences>(PREFERENCES, (known) => known && { ...known, ...change }),
    onSuccess: (kept) => cache.setQueryData(PREFERENCES, kept),
    onError: (error) => {
      notify.failed(t('notifications.notKept'), describeError(error, t));
      return cache.invalidateQueries({ queryKey: PREFERENCES });
    },
  });
}
