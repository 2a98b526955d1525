/** One's own clients as the live module sees them: how each stands with oneself. What is known of them is asked for beside. */
import type { EventFrame } from '@/live/frames';
import type { Entity, PendingCommand } from '@/live/topic';
import type { Client, Outcome } from '../types';

/** What an event tells of a client at once, where few are given. */
export type Card = Pick<
  Client,
  'id' | 'name' | 'phone' | 'email' | 'last_purchase_at' | 'days_since_purchase'
>;

export interface Standing {
  id: string;
  assigned_at: string;
  contacted: boolean;
  contacted_at: string | null;
  outcome: Outcome | null;
  notes: string | null;
  card?: Card | undefined;
}

export interface Mine {
  clients: ReadonlyMap<string, Standing>;
}

export const sellerTopic = (id: string): string => `seller:${id}`;

interface Assigned {
  clients: { id: string; assigned_at: string; client?: Card }[];
}
interface Released {
  clients: { id: string; to_seller_id: string | null }[];
}
interface Contacted {
  client_id: string;
  contacted_at: string;
  outcome: Outcome | null;
  notes: string | null;
}

export const mineEntity: Entity<Mine> = {
  read: (snapshot) => {
    const { clients } = snapshot as { clients: Standing[] };
    return { clients: new Map(clients.map((client) => [client.id, client])) };
  },
  reduce,
  predict: (view, command) => {
    const data = foreseen(view, command);
    return data ? withContact(view, data) : view;
  },
  echoes: (event, command) =>
    event.type === 'client.contacted' &&
    event.by?.id === command.by.id &&
    (event.data as Contacted).client_id === command.data.client_id,
};

function reduce(mine: Mine, { type, data }: EventFrame): Mine {
  switch (type) {
    case 'client.assigned': {
      const clients = new Map(mine.clients);
      for (const { id, assigned_at, client } of (data as Assigned).clients) {
        clients.set(id, {
          id,
          assigned_at,
          contacted: false,
          contacted_at: null,
          outcome: null,
          notes: null,
          card: client,
        });
      }
      return { clients };
    }
    case 'client.released': {
      const clients = new Map(mine.clients);
      for (const { id } of (data as Released).clients) clients.delete(id);
      return { clients };
    }
    case 'client.contacted':
      return withContact(mine, data as Contacted);
    case 'hidden':
      return mine;
    default:
      throw new Error(`unknown event ${type}`);
  }
}

function withContact(mine: Mine, { client_id, contacted_at, outcome, notes }: Contacted): Mine {
  const standing = mine.clients.get(client_id);
  if (!standing) return mine;
  const clients = new Map(mine.clients);
  clients.set(client_id, { ...standing, contacted: true, contacted_at, outcome, notes });
  return { clients };
}

/** A contact said again corrects what came of it, and only that. */
function foreseen(view: Mine, { name, data }: PendingCommand): Contacted | null {
  const standing = view.clients.get(data.client_id as string);
  if (name !== 'contacted' || !standing) return null;
  return {
    client_id: standing.id,
    contacted_at: standing.contacted_at ?? new Date().toISOString(),
    outcome: (data.outcome as Outcome | undefined) ?? standing.outcome,
    notes: (data.notes as string | undefined) ?? standing.notes,
  };
}

/** What an event brought and took, for a quiet word about it; nothing for one's own contacts. */
export function newsOf({ type, data }: EventFrame): { came: string[]; went: number } | null {
  if (type === 'client.assigned') return { came: (data as Assigned).clients.map(({ id }) => id), went: 0 };
  if (type === 'client.released') return { came: [], went: (data as Released).clients.length };
  return null;
}
