/** What happens on the floor, done to what is held of it here: so that it shows at once, before anything is asked anew. */
import type { QueryClient } from '@tanstack/react-query';
import { floorKeys, type Part } from './api';
import { type ClientPage, type ClientPages, findIn, including, without } from './pages';
import { type Client, NOBODY, type Place, type Seller, sellerAt } from './types';

const columnsOf = (cache: QueryClient, key: readonly unknown[]) =>
  cache.getQueriesData<ClientPages>({ queryKey: key });

/** Two columns with the same filter show a client alike. */
const filterOf = (key: readonly unknown[]): string => JSON.stringify(key[4]);

interface Found {
  client: Client;
  place: Place;
  part: Part;
}

/** A client whom any of the columns knows, and where. */
export function findClient(cache: QueryClient, id: string): Found | null {
  for (const [key, pages] of columnsOf(cache, floorKeys.columns)) {
    const client = findIn(pages, id);
    if (client) return { client, place: key[2] as Place, part: key[3] as Part };
  }
  return null;
}

/** A client who waits goes from one place to another; `told` is what the server then says of them, where that is known. */
export function moveInCache(cache: QueryClient, id: string, to: Place, told?: Client): void {
  if (told) {
    cache.setQueriesData<ClientPage>(
      { queryKey: floorKeys.clients },
      (page) => page && { ...page, items: page.items.map((client) => (client.id === id ? told : client)) },
    );
  }
  const found = findClient(cache, id);
  if (found?.part !== 'waiting') return;
  const shownUnder = new Set<string>();
  for (const [key, pages] of columnsOf(cache, floorKeys.part(found.place, 'waiting'))) {
    if (!pages || !findIn(pages, id)) continue;
    shownUnder.add(filterOf(key));
    if (found.place !== to) cache.setQueryData(key, without(pages, id));
  }
  const moved = told ?? placedAt(found.client, to, sellersIn(cache));
  // Released ones who bought too recently or too long ago wait for nobody.
  const waits = to !== NOBODY || moved.state === 'available';
  for (const [key, pages] of columnsOf(cache, floorKeys.part(to, 'waiting'))) {
    if (pages && waits && shownUnder.has(filterOf(key))) cache.setQueryData(key, including(pages, moved));
  }
  if (found.place === to) return;
  count(cache, found.place, { pending: -1, contacted: 0 });
  count(cache, to, { pending: 1, contacted: 0 });
}

function placedAt(client: Client, to: Place, sellers: readonly Seller[]): Client {
  const id = sellerAt(to);
  const name = sellers.find((seller) => seller.id === id)?.name ?? '';
  return {
    ...client,
    seller: id === null ? null : { id, name },
    state: id === null ? 'available' : 'assigned',
    placed_by_hand: id !== null,
  };
}

/** A seller contacted a client. */
export function contactInCache(cache: QueryClient, id: string, sellerId: string, at: string): void {
  const found = findClient(cache, id);
  if (found?.part !== 'waiting') return;
  const done: Client = { ...found.client, contacted: true, contacted_at: at, state: 'contacted' };
  for (const [key, pages] of columnsOf(cache, floorKeys.place(sellerId))) {
    if (!pages) continue;
    cache.setQueryData(key, key[3] === 'waiting' ? without(pages, id) : including(pages, done));
  }
  count(cache, sellerId, { pending: -1, contacted: 1 });
}

/** A seller came, went, or paused. */
export function presenceInCache(cache: QueryClient, id: string, isOnline: boolean, isPaused: boolean): void {
  changeSellerInCache(cache, id, (seller) => ({
    ...seller,
    is_online: isOnline,
    is_paused: isPaused,
    online_since: isOnline ? new Date().toISOString() : seller.online_since,
  }));
}

export function changeSellerInCache(
  cache: QueryClient,
  id: string,
  change: (seller: Seller) => Seller,
): void {
  cache.setQueryData<Seller[]>(floorKeys.sellers, (sellers) =>
    sellers?.map((seller) => (seller.id === id ? change(seller) : seller)),
  );
}

const sellersIn = (cache: QueryClient): Seller[] => cache.getQueryData<Seller[]>(floorKeys.sellers) ?? [];

function count(cache: QueryClient, place: Place, by: { pending: number; contacted: number }): void {
  changeSellerInCache(cache, place, (seller) => ({
    ...seller,
    pending: Math.max(0, seller.pending + by.pending),
    contacted: seller.contacted + by.contacted,
    clients: Math.max(0, seller.clients + by.pending + by.contacted),
  }));
}
