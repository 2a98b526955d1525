/** Contacts, for whoever looks for one by name, phone or e-mail, or links to one. */
import { useDebouncedValue } from '@mantine/hooks';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useFeedRefresh } from '@/live/react';
import { newId } from '@/ui/new-id';
import { api, ask } from './client';
import { keys } from './queries';

const FOUND = 8;

/** The first contacts that fit what is being typed. */
export function useContactSearch(text: string, enabled: boolean) {
  const [search] = useDebouncedValue(text.trim(), 200);
  return useQuery({
    queryKey: [...keys.contacts, 'search', search],
    queryFn: async () => {
      const query = { page: 1, per_page: FOUND, sort: 'name', ...(search && { search }) };
      return (await ask(api.GET('/api/v1/contacts', { params: { query } }))).items;
    },
    enabled,
    placeholderData: keepPreviousData,
  });
}

export const contactQuery = (id: string) => ({
  queryKey: [...keys.contacts, id],
  queryFn: () => ask(api.GET('/api/v1/contacts/{id}', { params: { path: { id } } })),
});

/** A contact as it is now; undefined while that is not known. */
export function useContactBrief(id: string | null) {
  return useQuery({ ...contactQuery(id ?? ''), enabled: id !== null, staleTime: 60_000 }).data;
}

/** Makes a contact of whom only the name is known yet. */
export function useNameContact() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, key = newId() }: { name: string; key?: string }) =>
      ask(api.POST('/api/v1/contacts', { params: { header: { 'Idempotency-Key': key } }, body: { name } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.contacts }),
  });
}

/** When sellers called them, and what came of it. Sellers look at their own clients: others are not there for them. */
export function useSellerCalls(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.contacts, id, 'calls'],
    queryFn: ({ pageParam }) => {
      const params = { path: { id }, query: { page: pageParam, per_page: 10 } };
      return ask(api.GET('/api/v1/distribution/clients/{id}/contacts', { params }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
  });
}

/** Reads again when sellers called whenever something happens on their floor. */
export const useLiveCalls = (id: string): void => useFeedRefresh('floor', [...keys.contacts, id, 'calls']);
