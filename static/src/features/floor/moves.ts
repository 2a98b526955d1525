/** One's own moves that the server has not answered yet. They lie on top of what it said, so that taking one back undoes only that. */
import { create } from 'zustand';
import { byUrgency } from './pages';
import { type Client, type Place, placeOf } from './types';

export interface Move {
  client: Client;
  from: Place;
  to: Place;
}

export type Moves = ReadonlyMap<string, Move>;

export const useMoves = create<{ moves: Moves }>(() => ({ moves: new Map() }));

export const moves = {
  get: (): Moves => useMoves.getState().moves,
  add(list: readonly Move[]): void {
    useMoves.setState(({ moves }) => {
      const next = new Map(moves);
      for (const move of list) next.set(move.client.id, move);
      return { moves: next };
    });
  },
  /** Answered, or refused. A newer move of the same client stays. */
  settle(move: Move): void {
    useMoves.setState(({ moves }) => {
      if (moves.get(move.client.id) !== move) return {};
      const next = new Map(moves);
      next.delete(move.client.id);
      return { moves: next };
    });
  },
};

/** A column as it will be once all moves are done. */
export function afterMoves(items: readonly Client[], moves: Moves, place: Place): readonly Client[] {
  if (moves.size === 0) return items;
  const staying = items.filter(({ id }) => (moves.get(id)?.to ?? place) === place);
  const known = new Set(staying.map(({ id }) => id));
  const coming = [...moves.values()].filter(({ to, client }) => to === place && !known.has(client.id));
  if (coming.length === 0 && staying.length === items.length) return items;
  return [...staying, ...coming.map(({ client }) => client)].sort(byUrgency);
}

/** How many more (or fewer) clients wait at a place by them. */
export function gainOf(moves: Moves, place: Place): number {
  let gain = 0;
  for (const { from, to } of moves.values()) {
    if (from === to) continue;
    if (to === place) gain += 1;
    if (from === place) gain -= 1;
  }
  return gain;
}

/** The moves that bring these clients there; those that are there already stay. */
export function movesTo(clients: readonly Client[], to: Place, moves: Moves = new Map()): Move[] {
  return clients
    .map((client) => ({ client, from: placeOf(client.seller?.id ?? null), to }))
    .filter(({ client, from }) => (moves.get(client.id)?.to ?? from) !== to && !client.contacted);
}

/** The sellers who win and lose clients, those who lose the most first: `Vera −4, Vitor +4`. */
export function changesOf<S extends { before: number; after: number; gains: number; loses: number }>(
  sellers: readonly S[],
): S[] {
  return sellers
    .filter(({ before, after, gains, loses }) => before !== after || gains > 0 || loses > 0)
    .sort((a, b) => a.after - a.before - (b.after - b.before));
}
