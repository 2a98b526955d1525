/** Clients and sellers for tests. */
import type { ClientPages } from './pages';
import type { Client, Seller } from './types';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T15:00:00Z');

export function client(id: string, days: number, sellerId: string | null = null): Client {
  return {
    id,
    name: `Cliente ${id}`,
    phone: '+5511988887777',
    email: `${id}@exemplo.com.br`,
    region: 'Zona Sul',
    tags: [],
    last_purchase_at: new Date(NOW - days * DAY_MS).toISOString(),
    days_since_purchase: days,
    total_spent: '1200.00',
    order_count: 2,
    state: sellerId ? 'assigned' : 'available',
    seller: sellerId ? { id: sellerId, name: sellerId } : null,
    placed_by_hand: false,
    reason: sellerId ? 'dealt' : null,
    choice: sellerId ? 'fewest' : null,
    assigned_at: sellerId ? '2026-11-22T12:00:00Z' : null,
    contacted: false,
    contacted_at: null,
    outcome: null,
    notes: null,
    contact_notes: null,
  };
}

export function pagesOf(items: Client[], total = items.length): ClientPages {
  return { pages: [{ items, total, page: 1, per_page: 100 }], pageParams: [1] };
}

export function seller(id: string, change: Partial<Seller> = {}): Seller {
  return {
    id,
    name: id,
    email: `${id}@teste.local`,
    is_online: true,
    online_since: '2026-11-22T12:00:00Z',
    is_paused: false,
    weight: 1,
    capacity: null,
    regions: [],
    tags: [],
    pending: 0,
    contacted: 0,
    clients: 0,
    ...change,
  };
}

/** As a list answers. */
export const listOf = (items: unknown[]) => ({
  json: { items, total: items.length, page: 1, per_page: 100 },
});
