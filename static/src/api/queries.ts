/** Server data that more than one feature reads. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { api, ask } from './client';
import { session } from './session';
import type { Permission, UserSummary } from './types';

export const keys = {
  me: ['me'] as const,
  users: ['users'] as const,
  boards: ['boards'] as const,
  bot: ['bot'] as const,
  channels: ['channels'] as const,
  companies: ['companies'] as const,
  contacts: ['contacts'] as const,
  dashboard: ['dashboard'] as const,
  floor: ['floor'] as const,
  imports: ['imports'] as const,
  inbox: ['inbox'] as const,
  jobs: ['jobs'] as const,
  notifications: ['notifications'] as const,
  orders: ['orders'] as const,
  products: ['products'] as const,
  queues: ['queues'] as const,
  rooms: ['chat', 'rooms'] as const,
};

export function useSession() {
  return useSyncExternalStore(session.subscribe, session.current);
}

export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: () => ask(api.GET('/api/v1/auth/me', {})),
    staleTime: 60_000,
  });
}

export function useMayI(permission: Permission): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}

const PEOPLE_PER_PAGE = 100;

/** Everyone of the tenant by id, for names and avatars. */
export function usePeople() {
  const query = useQuery({
    queryKey: [...keys.users, 'people'],
    queryFn: async () => {
      const people: UserSummary[] = [];
      for (let page = 1; ; page += 1) {
        const query = { page, per_page: PEOPLE_PER_PAGE, sort: 'full_name' };
        const { items, total } = await ask(api.GET('/api/v1/users', { params: { query } }));
        people.push(...items);
        if (items.length === 0 || people.length >= total) return people;
      }
    },
    staleTime: 60_000,
  });
  const people = query.data;
  return useMemo(() => new Map((people ?? []).map((person) => [person.id, person])), [people]);
}

/** Ends the login here and on the server. The server may be away: this browser forgets the tokens all the same. */
export function useSignOut() {
  const cache = useQueryClient();
  return async () => {
    await ask(api.POST('/api/v1/auth/logout', {})).catch(() => undefined);
    session.end();
    cache.clear();
  };
}

/** The first hundred boards that are not archived, for the palette. */
export function useBoardNames(): { id: string; name: string }[] {
  const query = useQuery({
    queryKey: [...keys.boards, 'names'],
    queryFn: async () => {
      const query = { page: 1, per_page: 100, archived: false };
      return (await ask(api.GET('/api/v1/boards', { params: { query } }))).items;
    },
    staleTime: 30_000,
  });
  return query.data ?? NO_BOARDS;
}

const NO_BOARDS: { id: string; name: string }[] = [];
