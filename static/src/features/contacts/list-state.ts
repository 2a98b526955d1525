/** What the list of contacts shows, as the address tells it: so it can be linked to, and the browser's way back works. */
import { readPage, readSort, type Sort, sortedBy, sortText } from '@/ui/sorting';

export const SORT_FIELDS = [
  'name',
  'last_purchase_at',
  'total_spent',
  'order_count',
  'created_at',
  'updated_at',
] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export const PURCHASES = ['some', 'none'] as const;
export type Purchases = (typeof PURCHASES)[number];

export interface ListState {
  search: string;
  tag: string | null;
  region: string | null;
  owner: string | null;
  company: string | null;
  /** Whether they ever bought something. */
  purchases: Purchases | null;
  sort: Sort<SortField>;
  page: number;
}

const BY_NAME: Sort<SortField> = { field: 'name', descending: false };

/** Reads the address; what it does not understand counts as not given. */
export function readState(params: URLSearchParams): ListState {
  return {
    search: params.get('search') ?? '',
    tag: params.get('tag') || null,
    region: params.get('region') || null,
    owner: params.get('owner_id') || null,
    company: params.get('company_id') || null,
    purchases: PURCHASES.find((known) => known === params.get('purchases')) ?? null,
    sort: readSort(params.get('sort'), SORT_FIELDS, BY_NAME),
    page: readPage(params),
  };
}

/** The address of another view; any change but a step to another page begins at the first one. */
export function writeState(state: ListState, change: Partial<ListState>): URLSearchParams {
  const next = { ...state, page: 1, ...change };
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => value && params.set(name, value);
  put('search', next.search.trim());
  put('tag', next.tag);
  put('region', next.region);
  put('owner_id', next.owner);
  put('company_id', next.company);
  put('purchases', next.purchases);
  if (sortText(next.sort) !== sortText(BY_NAME)) put('sort', sortText(next.sort));
  if (next.page > 1) put('page', String(next.page));
  return params;
}

/** Names are read from A; dates, sums and counts are of most interest from the top. */
export const resorted = (sort: Sort<SortField>, field: SortField) => sortedBy(sort, field, field !== 'name');

export const EVERYBODY = {
  search: '',
  tag: null,
  region: null,
  owner: null,
  company: null,
  purchases: null,
} as const satisfies Partial<ListState>;

export const isFiltered = (state: ListState): boolean =>
  state.search !== '' ||
  [state.tag, state.region, state.owner, state.company, state.purchases].some((value) => value !== null);
