import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { contactQuery } from '@/api/contacts';
import { useIdempotencyKeys } from '@/api/once';
import { keys } from '@/api/queries';
import type { Contact } from '@/api/types';
import { useFeedRefresh } from '@/live/react';
import { newId } from '@/ui/new-id';
import { sortText } from '@/ui/sorting';
import { plain } from '@/ui/text';
import { endOf, startOf } from './days';
import type { ListState } from './list-state';
import type { OrdersState } from './orders-state';

export const PER_PAGE = 25;

/** What a person can write about a contact. */
export type ContactFields = Pick<
  Contact,
  'name' | 'phone' | 'email' | 'region' | 'tags' | 'company_id' | 'owner_id' | 'notes' | 'custom'
>;

/** Reads again what is shown of contacts and what they bought whenever somebody has changed one. */
export const useLiveContacts = (): void => useFeedRefresh('contacts', keys.contacts, keys.orders);

export function useContacts(state: ListState) {
  const { search, tag, region, owner, company, purchases, sort, page } = state;
  return useQuery({
    queryKey: [...keys.contacts, 'list', state],
    queryFn: () => {
      const query = {
        page,
        per_page: PER_PAGE,
        sort: sortText(sort),
        ...(search && { search }),
        ...(tag && { tag }),
        ...(region && { region }),
        ...(owner && { owner_id: owner }),
        ...(company && { company_id: company }),
        ...(purchases && { has_purchases: purchases === 'some' }),
      };
      return ask(api.GET('/api/v1/contacts', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

export const useContact = (id: string) => useQuery(contactQuery(id));

const nextPage = (last: { page: number; per_page: number; total: number }) =>
  last.page * last.per_page < last.total ? last.page + 1 : undefined;

export function useContactActivities(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.contacts, id, 'activities'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 10 };
      return ask(api.GET('/api/v1/contacts/{id}/activities', { params: { path: { id }, query } }));
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
  });
}

export function useContactLeads(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.contacts, id, 'leads'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 10, sort: '-updated_at', contact_id: id };
      return ask(api.GET('/api/v1/leads', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
  });
}

export function useContactConversations(id: string, enabled = true) {
  return useInfiniteQuery({
    queryKey: [...keys.contacts, id, 'conversations'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 10, contact_id: id };
      return ask(api.GET('/api/v1/conversations', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
    enabled,
  });
}

export interface Traits {
  name?: string;
  phone?: string;
  email?: string;
}

export interface Likeness {
  contact: Contact;
  /** What is the same about them. */
  matches: (keyof Traits)[];
}

/** Contacts that look like what is being typed, but for the one being edited. */
export function useDuplicates(traits: Traits, except: string | null, enabled = true): Likeness[] {
  const { name, phone, email } = traits;
  const filters = [
    ...(phone ? [{ phone }] : []),
    ...(email ? [{ email }] : []),
    ...(name ? [{ search: name }] : []),
  ];
  const found = useQueries({
    queries: filters.map((filter) => ({
      queryKey: [...keys.contacts, 'duplicates', filter],
      queryFn: () => {
        const query = { page: 1, per_page: 10, sort: 'name', ...filter };
        return ask(api.GET('/api/v1/contacts', { params: { query } }));
      },
      enabled,
    })),
    combine: (results) => results.flatMap(({ data }) => data?.items ?? []),
  });
  const once = new Map(found.filter(({ id }) => id !== except).map((contact) => [contact.id, contact]));
  return [...once.values()]
    .map((contact) => ({ contact, matches: likeness(contact, traits) }))
    .filter(({ matches }) => matches.length > 0);
}

/** The search for a name finds longer ones too: only the same name is a likeness. */
export function likeness(contact: Contact, traits: Traits): (keyof Traits)[] {
  const same = (field: keyof Traits) => {
    const [theirs, sought] = [contact[field], traits[field]];
    return theirs !== null && sought !== undefined && plain(theirs).trim() === plain(sought).trim();
  };
  return (['name', 'phone', 'email'] as const).filter(same);
}

export function useCreateContact() {
  const cache = useQueryClient();
  const onceFor = useIdempotencyKeys();
  return useMutation({
    mutationFn: (body: ContactFields) =>
      ask(api.POST('/api/v1/contacts', { params: { header: onceFor(body) }, body })),
    onSuccess: () => afterChange(cache),
  });
}

export function useUpdateContact(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<ContactFields>) =>
      ask(api.PATCH('/api/v1/contacts/{id}', { params: { path: { id } }, body })),
    onSuccess: (contact) => {
      cache.setQueryData(contactQuery(id).queryKey, contact);
      return afterChange(cache);
    },
  });
}

export function useDeleteContact(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/contacts/{id}', { params: { path: { id } } })),
    onSuccess: () => void cache.invalidateQueries({ queryKey: [...keys.contacts, 'list'] }),
  });
}

/** Makes one contact a part of another. */
export function useMergeContacts() {
  const cache = useQueryClient();
  const onceFor = useIdempotencyKeys();
  return useMutation({
    mutationFn: ({ keep, lose }: { keep: string; lose: string }) => {
      const params = { path: { id: keep }, header: onceFor({ keep, lose }) };
      return ask(api.POST('/api/v1/contacts/{id}/merge', { params, body: { other_id: lose } }));
    },
    onSuccess: (contact) => {
      cache.setQueryData(contactQuery(contact.id).queryKey, contact);
      void cache.invalidateQueries({ queryKey: keys.orders });
      return afterChange(cache);
    },
  });
}

/** All contacts as a file. */
export function useExportContacts() {
  return useMutation({
    mutationFn: () => ask(api.GET('/api/v1/contacts/export', { parseAs: 'blob' })) as Promise<Blob>,
  });
}

const afterChange = (cache: QueryClient) => cache.invalidateQueries({ queryKey: keys.contacts });

// --- what they bought

export interface OrderFields {
  product_id: string | null;
  number: string | null;
  value: string;
  /** A day. */
  ordered_at: string;
}

export function useContactOrders(contactId: string) {
  return useInfiniteQuery({
    queryKey: [...keys.orders, 'of', contactId],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 10, contact_id: contactId };
      return ask(api.GET('/api/v1/orders', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
  });
}

export function useOrders(state: OrdersState) {
  const { search, product, from, to, sort, page } = state;
  return useQuery({
    queryKey: [...keys.orders, 'list', state],
    queryFn: () => {
      const query = {
        page,
        per_page: PER_PAGE,
        sort: sortText(sort),
        ...(search && { search }),
        ...(product && { product_id: product }),
        ...(from && { from: startOf(from) }),
        ...(to && { to: endOf(to) }),
      };
      return ask(api.GET('/api/v1/orders', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** What the contacts of a page of orders are called: orders only bear their ids. */
export function useContactNames(ids: string[]): Map<string, string> {
  return useQueries({
    queries: [...new Set(ids)].map((id) => ({ ...contactQuery(id), staleTime: 60_000 })),
    combine: (results) =>
      new Map(results.flatMap(({ data }) => (data ? [[data.id, data.name] as const] : []))),
  });
}

const afterOrder = (cache: QueryClient) =>
  Promise.all([cache.invalidateQueries({ queryKey: keys.orders }), afterChange(cache)]);

export function useCreateOrder(contactId: string) {
  const cache = useQueryClient();
  const onceFor = useIdempotencyKeys();
  return useMutation({
    mutationFn: (fields: OrderFields) => {
      const body = { contact_id: contactId, ...fields };
      return ask(api.POST('/api/v1/orders', { params: { header: onceFor(body) }, body }));
    },
    onSuccess: () => afterOrder(cache),
  });
}

export function useUpdateOrder() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, fields }: { id: string; fields: Partial<OrderFields> }) =>
      ask(api.PATCH('/api/v1/orders/{id}', { params: { path: { id } }, body: fields })),
    onSuccess: () => afterOrder(cache),
  });
}

export function useDeleteOrder() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => {
      const header = { 'Idempotency-Key': newId() };
      return ask(api.DELETE('/api/v1/orders/{id}', { params: { path: { id }, header } }));
    },
    onSuccess: () => afterOrder(cache),
  });
}
