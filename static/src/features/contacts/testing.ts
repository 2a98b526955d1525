import type { Contact } from '@/api/types';

/** A contact of whom only what a test cares for is told. */
export function contact(fields: Partial<Contact> = {}): Contact {
  return {
    id: '0198a000-0000-7000-8000-000000000001',
    name: 'Marta Reis',
    phone: null,
    email: null,
    region: null,
    tags: [],
    company_id: null,
    owner_id: null,
    notes: null,
    custom: {},
    last_purchase_at: null,
    total_spent: '0.00',
    order_count: 0,
    created_by: null,
    created_at: '2026-11-01T12:00:00Z',
    updated_at: '2026-11-01T12:00:00Z',
    ...fields,
  };
}
