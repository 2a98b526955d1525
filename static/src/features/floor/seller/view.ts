/** One's own clients as the screen shows them: how they stand comes live, what is known of them from the list. Pure. */
import { byUrgency } from '../pages';
import type { Client } from '../types';
import type { Mine, Standing } from './entity';

export interface MyView {
  /** Those that are still to be contacted, the most urgent first. */
  waiting: Client[];
  /** The last contacted first. */
  contacted: Client[];
  waitingCount: number;
  contactedCount: number;
  contactedToday: number;
  /** Of these nothing is known yet. */
  unknown: string[];
}

/** While nothing live is known, as without a connection from the start, the lists are all there is. */
export function viewOf(mine: Mine | null, known: readonly Client[], now = new Date()): MyView {
  const byId = new Map(known.map((client) => [client.id, client]));
  const standings = mine ? [...mine.clients.values()] : known.map(standingOf);
  const unknown: string[] = [];
  const shown = standings.flatMap((standing) => {
    const client = byId.get(standing.id);
    const base = client ?? (standing.card && fromCard(standing.card));
    if (!client) unknown.push(standing.id);
    return base ? [{ ...base, ...told(standing) }] : [];
  });
  const today = dayOf(now);
  return {
    waiting: shown.filter(({ contacted }) => !contacted).sort(byUrgency),
    contacted: shown
      .filter(({ contacted }) => contacted)
      .sort((a, b) => (b.contacted_at ?? '').localeCompare(a.contacted_at ?? '')),
    waitingCount: standings.filter(({ contacted }) => !contacted).length,
    contactedCount: standings.filter(({ contacted }) => contacted).length,
    contactedToday: standings.filter(
      ({ contacted_at }) => contacted_at !== null && dayOf(new Date(contacted_at)) === today,
    ).length,
    unknown,
  };
}

const dayOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

const standingOf = ({ id, assigned_at, contacted, contacted_at, outcome, notes }: Client): Standing => ({
  id,
  assigned_at: assigned_at ?? '',
  contacted,
  contacted_at,
  outcome,
  notes,
});

const told = ({ contacted, contacted_at, outcome, notes }: Standing) => ({
  contacted,
  contacted_at,
  outcome,
  notes,
  state: contacted ? ('contacted' as const) : ('assigned' as const),
});

/** What an event told, until the rest is there. */
function fromCard(card: NonNullable<Standing['card']>): Client {
  return {
    ...card,
    region: null,
    tags: [],
    total_spent: '0.00',
    order_count: 0,
    state: 'assigned',
    seller: null,
    placed_by_hand: false,
    reason: null,
    choice: null,
    assigned_at: null,
    contacted: false,
    contacted_at: null,
    outcome: null,
    notes: null,
    contact_notes: null,
  };
}

/** By name, telephone or region; accents and case count for nothing. */
export function soughtIn(clients: readonly Client[], text: string): readonly Client[] {
  const sought = fold(text.trim());
  if (!sought) return clients;
  const digits = sought.replace(/\D/g, '');
  return clients.filter(
    ({ name, region, phone }) =>
      fold(`${name} ${region ?? ''}`).includes(sought) ||
      (digits.length > 2 && (phone ?? '').replace(/\D/g, '').includes(digits)),
  );
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
