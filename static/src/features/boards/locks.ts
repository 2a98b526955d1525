/** Who writes in a field when several want to: a soft lock that anyone may take over. Pure. */
import type { Actor } from '@/live/frames';
import type { Present } from '@/live/presence';

/** Someone who is in a field, since when by this window's clock. */
export interface Claim {
  by: Actor;
  at: number;
}

/** Within this time two people began at once, and neither has taken the field from the other. */
const AT_ONCE_MS = 1_000;

/** What others do in this field, as heard here. */
export function claimsOn(
  present: readonly Present[],
  me: string,
  leadId: string,
  field: string,
): readonly Claim[] {
  return present
    .filter(
      ({ user, doing, on }) =>
        doing === 'editing' && user.id !== me && on.lead_id === leadId && on.field === field,
    )
    .map(({ user, heardAt }) => ({ by: user, at: heardAt }));
}

/**
 * Who has the field in one's stead; null: it is free, or one's own. Whoever came last has it, for coming to a field
 * that somebody is in means taking it over. Both windows must judge alike of two who began at once: the smaller id stays.
 */
export function heldBy(mine: Claim | null, others: readonly Claim[]): Actor | null {
  const rivals = mine ? others.filter((other) => precedes(other, mine)) : others;
  const last = rivals.reduce<Claim | null>(
    (held, claim) => (held && held.at > claim.at ? held : claim),
    null,
  );
  return last?.by ?? null;
}

function precedes(other: Claim, mine: Claim): boolean {
  if (Math.abs(other.at - mine.at) < AT_ONCE_MS) return other.by.id < mine.by.id;
  return other.at > mine.at;
}

/** Who drags this card elsewhere, so that it cannot be grabbed here. */
export function handOn(present: readonly Present[], leadId: string): Actor | null {
  return present.find(({ doing, on }) => doing === 'dragging' && on.lead_id === leadId)?.user ?? null;
}
