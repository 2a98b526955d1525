import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { contactQuery } from '@/api/contacts';
import { keys, useMayI, useSession } from '@/api/queries';
import type { HintFrame } from '@/live/frames';
import { useFeedRefresh } from '@/live/react';
import { newId } from '@/ui/new-id';
import type { Place } from '@/ui/talk/use-history';
import { ASKED, gone, heard, type List, nextPage, type Page, type Pages } from './lists';
import type { Message, Stats, Summary, Transfer } from './types';

const PER_PAGE = 50;
/** One's own are all loaded: which of them waits longest only the whole list tells. */
const OWN_PER_PAGE = 100;
const PART = 50;

const listKey = (list: List, search: string) => [...keys.inbox, 'list', list, search] as const;
const statsKey = [...keys.inbox, 'stats'] as const;
const ofContactKey = [...keys.inbox, 'of-contact'] as const;

/** What was heard lately: an answer that was asked for before it does not know of it. */
const lately: { number: number; hint: HintFrame }[] = [];
const KEPT = 200;
let hints = 0;

/** A list, a page at a time; it is kept by what the feed tells. */
export function useList(list: List, search: string, enabled = true) {
  const me = useSession()?.user.id ?? '';
  return useInfiniteQuery({
    queryKey: listKey(list, search),
    queryFn: async ({ pageParam }): Promise<Page> => {
      const from = hints;
      const per_page = list === 'mine' ? OWN_PER_PAGE : PER_PAGE;
      const query = { ...ASKED[list], page: pageParam, per_page, ...(search && { search }) };
      const answer = (await ask(api.GET('/api/v1/conversations', { params: { query } }))) as Page;
      return caughtUp(answer, from, list, me);
    },
    initialPageParam: 1,
    getNextPageParam: nextPage,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function caughtUp(page: Page, from: number, list: List, me: string): Page {
  let pages: Pages = { pages: [page], pageParams: [page.page] };
  for (const { number, hint } of lately) {
    if (number < from) continue;
    if (hint.type === 'conversation.removed') pages = gone(pages, (hint.data as { id: string }).id);
    // What is new is no part of this page; what stands on it may be another by now.
    if (hint.type === 'conversation.upserted') {
      pages = heard(pages, list, hint.data as Summary, me, true).pages;
    }
  }
  return pages.pages[0] ?? page;
}

export function useStats() {
  return useQuery({
    queryKey: statsKey,
    queryFn: () => ask(api.GET('/api/v1/conversations/stats', {})) as Promise<Stats>,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Puts what the feed tells into every list that is known. */
export function hear(cache: QueryClient, hint: HintFrame, me: string): void {
  lately.push({ number: hints++, hint });
  if (lately.length > KEPT) lately.shift();
  for (const [key, pages] of cache.getQueriesData<Pages>({ queryKey: [...keys.inbox, 'list'] })) {
    if (!pages) continue;
    const [list, search] = key.slice(-2) as [List, string];
    if (hint.type === 'conversation.removed') {
      cache.setQueryData(key, gone(pages, (hint.data as { id: string }).id));
    } else if (hint.type === 'conversation.upserted') {
      const told = heard(pages, list, hint.data as Summary, me, search !== '');
      cache.setQueryData(key, told.pages);
      if (told.mustAsk) void cache.invalidateQueries({ queryKey: key });
    }
  }
}

/** Hints may have been missed: everything is asked for anew. */
export const startAnew = (cache: QueryClient): Promise<void> =>
  cache.invalidateQueries({ queryKey: keys.inbox });

export async function recount(cache: QueryClient): Promise<void> {
  // What nobody sees is asked for when they come back to it.
  const refetchType = document.hidden ? 'none' : 'active';
  await cache.invalidateQueries({ queryKey: statsKey, refetchType: 'active' });
  await cache.invalidateQueries({ queryKey: ofContactKey, refetchType });
}

/** A part of what was said before a message. */
export async function fetchMessages(conversationId: string, place: Place): Promise<Message[]> {
  const before = 'before' in place ? { before: place.before } : {};
  const query = { conversation_id: conversationId, limit: PART, ...before };
  return (await ask(api.GET('/api/v1/messages', { params: { query } }))).items as Message[];
}

export function useTransfers(conversationId: string) {
  return useQuery({
    queryKey: [...ofContactKey, 'transfers', conversationId],
    queryFn: async () => {
      const params = { path: { id: conversationId } };
      return (await ask(api.GET('/api/v1/conversations/{id}/transfers', { params }))).items as Transfer[];
    },
  });
}

const PAST_SHOWN = 10;

/** The customer's conversations, the latest first. */
export function usePastConversations(contactId: string) {
  return useQuery({
    queryKey: [...ofContactKey, 'conversations', contactId],
    queryFn: async () => {
      const query = { contact_id: contactId, sort: '-started_at', page: 1, per_page: PAST_SHOWN };
      const answer = await ask(api.GET('/api/v1/conversations', { params: { query } }));
      return answer as { items: Summary[]; total: number };
    },
  });
}

/** The customer's record, whoever changes it. */
export function useContact(id: string) {
  useFeedRefresh('contacts', contactQuery(id).queryKey);
  return useQuery({ ...contactQuery(id), enabled: useMayI('contacts.read') });
}

export function useChangeContact(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; phone: string | null; email: string | null }) =>
      ask(
        api.PATCH('/api/v1/contacts/{id}', {
          params: { path: { id }, header: { 'Idempotency-Key': newId() } },
          body,
        }),
      ),
    onSuccess: (contact) => cache.setQueryData(contactQuery(id).queryKey, contact),
  });
}

const LEADS_SHOWN = 20;

/** The customer's deals, those that changed last first. */
export function useContactLeads(contactId: string) {
  const mayRead = useMayI('boards.read');
  return useQuery({
    queryKey: ['leads', 'of-contact', contactId],
    queryFn: async () => {
      const query = { contact_id: contactId, per_page: LEADS_SHOWN, sort: '-updated_at' };
      return (await ask(api.GET('/api/v1/leads', { params: { query } }))).items;
    },
    enabled: mayRead,
    staleTime: 30_000,
  });
}

export const suggest = async (conversationId: string, kind: 'reply' | 'summary'): Promise<string> => {
  const params = { path: { id: conversationId } };
  return (await ask(api.POST('/api/v1/conversations/{id}/suggestions', { params, body: { kind } }))).text;
};
