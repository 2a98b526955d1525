import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { newId } from '@/ui/new-id';
import type { ListState } from './list-state';
import { byUrgency, type ClientPage } from './pages';
import { type Client, type DealMethod, NOBODY, type Place, type Seller, sellerAt } from './types';

const COLUMN_PAGE = 100;
export const LIST_PAGE = 50;
/** Of a seller's own clients so many are loaded; the most urgent ones. */
const MINE_AT_MOST = 1_000;

/** Which clients the columns show. */
export interface Filter {
  search: string;
  period: string | null;
}

export const NO_FILTER: Filter = { search: '', period: null };

/** In a column: those that wait, and those that were contacted in this cycle. */
export type Part = 'waiting' | 'contacted';

export const floorKeys = {
  sellers: [...keys.floor, 'sellers'] as const,
  columns: [...keys.floor, 'column'] as const,
  place: (place: Place) => [...keys.floor, 'column', place] as const,
  part: (place: Place, part: Part) => [...keys.floor, 'column', place, part] as const,
  column: (place: Place, part: Part, filter: Filter) =>
    [...keys.floor, 'column', place, part, filter] as const,
  clients: [...keys.floor, 'clients'] as const,
  rules: [...keys.floor, 'rules'] as const,
  preview: [...keys.floor, 'preview'] as const,
  stats: [...keys.floor, 'stats'] as const,
  mine: [...keys.floor, 'mine'] as const,
};

export async function everyPage<T>(
  ofPage: (page: number) => Promise<{ items: T[]; total: number }>,
  atMost = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { items, total } = await ofPage(page);
    all.push(...items);
    if (items.length === 0 || all.length >= Math.min(total, atMost)) return all;
  }
}

export function useSellers() {
  return useQuery({
    queryKey: floorKeys.sellers,
    queryFn: () =>
      everyPage<Seller>((page) =>
        ask(api.GET('/api/v1/sellers', { params: { query: { page, per_page: 100, sort: 'name' } } })),
      ),
  });
}

export function useColumn(place: Place, part: Part, filter: Filter) {
  return useInfiniteQuery({
    queryKey: floorKeys.column(place, part, filter),
    queryFn: ({ pageParam }): Promise<ClientPage> => {
      const sellerId = sellerAt(place);
      const state = part === 'contacted' ? 'contacted' : place === NOBODY ? 'available' : 'assigned';
      const query = {
        page: pageParam,
        per_page: COLUMN_PAGE,
        state,
        ...(sellerId && { seller_id: sellerId }),
        ...(filter.search && { search: filter.search }),
        ...(filter.period && { period: filter.period }),
      } as const;
      return ask(api.GET('/api/v1/distribution/clients', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
    placeholderData: keepPreviousData,
  });
}

export function useClients(state: ListState) {
  return useQuery({
    queryKey: [...floorKeys.clients, state],
    queryFn: () => {
      const query = {
        page: state.page,
        per_page: LIST_PAGE,
        ...(state.search && { search: state.search }),
        ...(state.state && { state: state.state }),
        ...(state.seller && { seller_id: state.seller }),
        ...(state.period && { period: state.period }),
      };
      return ask(api.GET('/api/v1/distribution/clients', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

export function useRules() {
  return useQuery({
    queryKey: floorKeys.rules,
    queryFn: () => ask(api.GET('/api/v1/distribution/settings', {})),
  });
}

export function useFloorStats() {
  return useQuery({
    queryKey: floorKeys.stats,
    queryFn: () => ask(api.GET('/api/v1/distribution/stats', {})),
    refetchOnWindowFocus: 'always',
  });
}

export function usePreview(asked: boolean) {
  return useQuery({
    queryKey: floorKeys.preview,
    queryFn: () => ask(api.GET('/api/v1/distribution/preview', {})),
    enabled: asked,
    // What is about to change is worked out anew each time.
    staleTime: 0,
    gcTime: 0,
  });
}

const once = () => ({ 'Idempotency-Key': newId() });

export const giveTo = (clientId: string, sellerId: string): Promise<Client> =>
  ask(
    api.POST('/api/v1/distribution/reallocate', {
      params: { header: once() },
      body: { client_id: clientId, seller_id: sellerId },
    }),
  );

export const release = (clientId: string): Promise<Client> =>
  ask(
    api.POST('/api/v1/distribution/release/{client_id}', {
      params: { path: { client_id: clientId }, header: once() },
    }),
  );

export function useRedistribute() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.POST('/api/v1/distribution/redistribute', { params: { header: once() } })),
    onSuccess: () => refreshFloor(cache),
  });
}

export function useBeginCycle() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.POST('/api/v1/distribution/cycles', { params: { header: once() } })),
    onSuccess: () => refreshFloor(cache),
  });
}

export interface RulesChange {
  from_days: number;
  to_days: number;
  periods: number[];
  method: DealMethod;
  capacity: number | null;
  keep_last_seller: boolean;
}

export type SellerChange = Partial<Pick<Seller, 'is_paused' | 'weight' | 'capacity' | 'regions' | 'tags'>>;

export function useSaveRules() {
  const cache = useQueryClient();
  return useMutation({
    // The sellers first: with the rules the floor deals by what is said of them.
    mutationFn: async ({ rules, sellers }: { rules: RulesChange; sellers: Map<string, SellerChange> }) => {
      for (const [id, body] of sellers) await changeSeller(id, body);
      return ask(api.PUT('/api/v1/distribution/settings', { params: { header: once() }, body: rules }));
    },
    onSettled: () => refreshFloor(cache),
  });
}

export const changeSeller = (id: string, body: SellerChange): Promise<Seller> =>
  ask(api.PATCH('/api/v1/sellers/{id}', { params: { path: { id }, header: once() }, body }));

export const refreshFloor = (cache: QueryClient): void =>
  void cache.invalidateQueries({ queryKey: keys.floor });

// --- a seller's own -------------------------------------------------------------------------------------------

export function useMyStats(id: string) {
  return useQuery({
    queryKey: [...floorKeys.mine, id, 'stats'],
    queryFn: () => ask(api.GET('/api/v1/sellers/{id}/stats', { params: { path: { id } } })),
    refetchOnWindowFocus: 'always',
  });
}

export function useMyClients(id: string, part: Part, enabled = true) {
  return useQuery({
    queryKey: [...floorKeys.mine, id, part],
    queryFn: async () => {
      const state = part === 'contacted' ? 'contacted' : 'assigned';
      const all = await everyPage<Client>((page) => {
        const query = { page, per_page: 100, state } as const;
        return ask(api.GET('/api/v1/sellers/{id}/clients', { params: { path: { id }, query } }));
      }, MINE_AT_MOST);
      return [...new Map(all.map((client) => [client.id, client])).values()].sort(byUrgency);
    },
    enabled,
  });
}

/** The newest conversation on WhatsApp with each customer that one may see, by the customer's id. */
export function useConversations() {
  return useQuery({
    queryKey: [...floorKeys.mine, 'conversations'],
    queryFn: async () => {
      const query = { page: 1, per_page: 100 };
      const { items } = await ask(api.GET('/api/v1/conversations', { params: { query } }));
      const onWhatsApp = items.filter(({ channel }) => channel !== 'webchat');
      // The newest come first in the list, and last into the map: they win.
      return new Map(onWhatsApp.map(({ id, contact }) => [contact.id, id] as const).reverse());
    },
    staleTime: 30_000,
  });
}

// --- what is known of a client --------------------------------------------------------------------------------

export function useContact(id: string) {
  return useQuery({
    queryKey: [...keys.floor, 'client', id],
    queryFn: () => ask(api.GET('/api/v1/contacts/{id}', { params: { path: { id } } })),
  });
}

export function usePurchases(contactId: string) {
  return useInfiniteQuery({
    queryKey: [...keys.floor, 'client', contactId, 'orders'],
    queryFn: ({ pageParam }) => {
      const query = { contact_id: contactId, page: pageParam, per_page: 10, sort: '-ordered_at' };
      return ask(api.GET('/api/v1/orders', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
  });
}

/** The names of what was bought. */
export function useProductNames() {
  return useQuery({
    queryKey: [...keys.floor, 'products'],
    queryFn: async () => {
      const query = { page: 1, per_page: 100 };
      const { items } = await ask(api.GET('/api/v1/products', { params: { query } }));
      return new Map(items.map(({ id, name }) => [id, name]));
    },
    staleTime: 300_000,
  });
}

export function useClientConversations(contactId: string) {
  return useQuery({
    queryKey: [...keys.floor, 'client', contactId, 'conversations'],
    queryFn: () => {
      const query = { contact_id: contactId, page: 1, per_page: 10 };
      return ask(api.GET('/api/v1/conversations', { params: { query } }));
    },
  });
}
