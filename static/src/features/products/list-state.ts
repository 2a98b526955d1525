/** What the list of products shows, as the address tells it. */
import { readPage, readSort, type Sort, sortedBy, sortText } from '@/ui/sorting';

export const SORT_FIELDS = ['name', 'sku', 'price', 'created_at'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export const STANDINGS = ['active', 'inactive'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface ListState {
  search: string;
  standing: Standing | null;
  sort: Sort<SortField>;
  page: number;
}

const BY_NAME: Sort<SortField> = { field: 'name', descending: false };

/** Reads the address; what it does not understand counts as not given. */
export function readState(params: URLSearchParams): ListState {
  return {
    search: params.get('search') ?? '',
    standing: STANDINGS.find((known) => known === params.get('standing')) ?? null,
    sort: readSort(params.get('sort'), SORT_FIELDS, BY_NAME),
    page: readPage(params),
  };
}

/** The address of another view; any change but a step to another page begins at the first one. */
export function writeState(state: ListState, change: Partial<ListState>): URLSearchParams {
  const next = { ...state, page: 1, ...change };
  const params = new URLSearchParams();
  if (next.search.trim()) params.set('search', next.search.trim());
  if (next.standing) params.set('standing', next.standing);
  if (sortText(next.sort) !== sortText(BY_NAME)) params.set('sort', sortText(next.sort));
  if (next.page > 1) params.set('page', String(next.page));
  return params;
}

export const resorted = (sort: Sort<SortField>, field: SortField) =>
  sortedBy(sort, field, field === 'price' || field === 'created_at');

export const isFiltered = ({ search, standing }: ListState): boolean => search !== '' || standing !== null;
