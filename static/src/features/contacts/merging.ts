/** What becomes of two contacts that turn out to be one: as the server does it, so that people see it before. */
import type { Contact } from '@/api/types';
import { sumAmounts } from '@/ui/money';

const MAX_TAGS = 20;

/** The contact as it will be: the word of the one that is kept counts where both say something. */
export function merged(keep: Contact, lose: Contact): Contact {
  const tags = [...keep.tags];
  for (const tag of lose.tags) if (tags.length < MAX_TAGS && !tags.includes(tag)) tags.push(tag);
  return {
    ...keep,
    phone: keep.phone ?? lose.phone,
    email: keep.email ?? lose.email,
    region: keep.region ?? lose.region,
    tags,
    company_id: keep.company_id ?? lose.company_id,
    owner_id: keep.owner_id ?? lose.owner_id,
    notes: bothNotes(keep.notes, lose.notes),
    custom: { ...lose.custom, ...keep.custom },
    last_purchase_at: latest(keep.last_purchase_at, lose.last_purchase_at),
    total_spent: sumAmounts([keep.total_spent, lose.total_spent]),
    order_count: keep.order_count + lose.order_count,
  };
}

function bothNotes(own: string | null, others: string | null): string | null {
  return own !== null && others !== null && own !== others ? `${own}\n\n${others}` : (own ?? others);
}

function latest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

const SINGLE = ['name', 'phone', 'email', 'region', 'company_id', 'owner_id'] as const;
export type SingleField = (typeof SINGLE)[number];

/** The values that nobody will know any more, for each side to see before. */
export function lost(keep: Contact, lose: Contact): { field: SingleField; value: string }[] {
  return SINGLE.flatMap((field) => {
    const value = lose[field];
    return value !== null && keep[field] !== null && value !== keep[field] ? [{ field, value }] : [];
  });
}
