/** The loaded pages of a list of clients, and what moves do to them. Pure. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Client } from './types';

export interface ClientPage {
  items: Client[];
  total: number;
  page: number;
  per_page: number;
}
export type ClientPages = InfiniteData<ClientPage>;

/** Each client once, though pages may have shifted between two answers. */
export function clientsOf(pages: ClientPages | undefined): Client[] {
  const found = new Map<string, Client>();
  for (const page of pages?.pages ?? []) for (const client of page.items) found.set(client.id, client);
  return [...found.values()];
}

/** As the server has it: who bought the longest ago comes first, and who never did last. */
export function byUrgency(a: Client, b: Client): number {
  if (a.last_purchase_at !== b.last_purchase_at) {
    if (a.last_purchase_at === null) return 1;
    if (b.last_purchase_at === null) return -1;
    return Date.parse(a.last_purchase_at) - Date.parse(b.last_purchase_at) || order(a.id, b.id);
  }
  return order(a.id, b.id);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function findIn(pages: ClientPages | undefined, id: string): Client | undefined {
  for (const page of pages?.pages ?? []) {
    const found = page.items.find((client) => client.id === id);
    if (found) return found;
  }
}

export function without(pages: ClientPages, id: string): ClientPages {
  if (!findIn(pages, id)) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.filter((client) => client.id !== id),
      total: Math.max(0, page.total - 1),
    })),
  };
}

/** Puts a client where it belongs; among those that are not loaded yet it is only counted. */
export function including(pages: ClientPages, client: Client): ClientPages {
  const known = findIn(pages, client.id);
  const base = known ? without(pages, client.id) : pages;
  const counted = base.pages.map((page) => ({ ...page, total: page.total + 1 }));
  const last = counted.at(-1);
  if (!last) return pages;
  const isWhole = counted.reduce((sum, { items }) => sum + items.length, 0) >= last.total - 1;
  const target = counted.find(({ items }) => items.some((other) => byUrgency(client, other) < 0));
  const page = target ?? (isWhole ? last : undefined);
  return {
    ...base,
    pages: counted.map((other) =>
      other === page ? { ...other, items: [...other.items, client].sort(byUrgency) } : other,
    ),
  };
}
