import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { Whole } from '@/api/types';
import { newId } from '@/ui/new-id';
import type { Place } from '@/ui/talk/use-history';
import { unreadOf } from './reduce';
import type { FoundMessage, Message, Room, RoomSummary } from './types';

const ROOMS_PER_PAGE = 50;
const FOUND_PER_PAGE = 20;
const PART = 50;

type Pages<T> = InfiniteData<{ items: T[]; total: number; page: number; per_page: number }>;
const nextPage = (last: { page: number; per_page: number; total: number }): number | undefined =>
  last.page * last.per_page < last.total ? last.page + 1 : undefined;

/** One's own rooms; see `RoomFollowers` for how they are kept up to date. */
export function useRooms() {
  return useInfiniteQuery({
    queryKey: keys.rooms,
    queryFn: async ({ pageParam }) => {
      const query = { page: pageParam, per_page: ROOMS_PER_PAGE };
      return ask(api.GET('/api/v1/chat/rooms', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
    refetchOnWindowFocus: true,
  });
}

export const refetchRooms = (cache: QueryClient): Promise<void> =>
  cache.invalidateQueries({ queryKey: keys.rooms });

/** Puts what is known live of a room into the list. */
export function patchRoom(cache: QueryClient, room: Room, me: string): void {
  cache.setQueryData<Pages<RoomSummary>>(keys.rooms, (known) => {
    const isListed = known?.pages.some(({ items }) => items.some(({ id }) => id === room.id));
    if (!known || !isListed) return known;
    const patch = (summary: RoomSummary): RoomSummary =>
      summary.id === room.id
        ? {
            ...summary,
            name: room.name,
            participants: room.participants,
            last_message: room.messages.at(-1) ?? null,
            unread_count: unreadOf(room, me),
          }
        : summary;
    return { ...known, pages: known.pages.map((page) => ({ ...page, items: page.items.map(patch) })) };
  });
}

export function useCreateRoom() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { type: 'direct' | 'group'; name?: string; participant_ids: string[] }) =>
      ask(
        api.POST('/api/v1/chat/rooms', { body, params: { header: { 'Idempotency-Key': newId() } } }),
      ) as Promise<Room>,
    onSuccess: () => refetchRooms(cache),
  });
}

/** A part of a room's history. */
export async function fetchMessages(roomId: string, place: Place): Promise<Message[]> {
  const params = { path: { id: roomId }, query: { ...place, limit: PART } };
  const answer = await ask(api.GET('/api/v1/chat/rooms/{id}/messages', { params }));
  return (answer as Whole<typeof answer>).items as Message[];
}

export const fetchMessage = (id: string): Promise<Message> =>
  ask(api.GET('/api/v1/chat/messages/{id}', { params: { path: { id } } })) as Promise<Message>;

export function useFoundMessages(words: string, roomId: string | null) {
  return useInfiniteQuery({
    queryKey: ['chat', 'search', words, roomId],
    queryFn: async ({ pageParam }) => {
      const query = {
        q: words,
        page: pageParam,
        per_page: FOUND_PER_PAGE,
        ...(roomId && { room_id: roomId }),
      };
      const answer = await ask(api.GET('/api/v1/chat/search', { params: { query } }));
      return { ...answer, items: answer.items as FoundMessage[] };
    },
    enabled: words !== '',
    initialPageParam: 1,
    getNextPageParam: nextPage,
    staleTime: 0,
  });
}
