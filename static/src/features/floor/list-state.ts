/** What the list of all clients shows, as the address tells it. */
import { type ClientState, STATES } from './types';

export interface ListState {
  search: string;
  state: ClientState | null;
  seller: string | null;
  period: string | null;
  page: number;
}

/** Reads the address; what it does not understand counts as not given. */
export function readState(params: URLSearchParams): ListState {
  const page = Number(params.get('page'));
  return {
    search: params.get('search') ?? '',
    state: STATES.find((state) => state === params.get('state')) ?? null,
    seller: params.get('seller') || null,
    period: params.get('period') || null,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of a change; another filter begins at its first page. */
export function writeState(state: ListState, change: Partial<ListState>): URLSearchParams {
  const next = { ...state, page: 1, ...change };
  const params = new URLSearchParams();
  if (next.search.trim()) params.set('search', next.search.trim());
  if (next.state) params.set('state', next.state);
  if (next.seller) params.set('seller', next.seller);
  if (next.period) params.set('period', next.period);
  if (next.page > 1) params.set('page', String(next.page));
  return params;
}

export const isFiltered = ({ search, state, seller, period }: ListState): boolean =>
  Boolean(search || state || seller || period);
