/** What the list of companies shows, as the address tells it: so it can be linked to, and the browser's way back works. */
import type { CompanySize } from '@/api/types';
import { readPage, readSort, type Sort, sortedBy, sortText } from '@/ui/sorting';

export const SIZES = [
  'startup',
  'small',
  'medium',
  'large',
  'enterprise',
] as const satisfies readonly CompanySize[];

export const SORT_FIELDS = ['name', 'industry', 'size', 'created_at', 'updated_at'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface ListState {
  search: string;
  industry: string | null;
  size: CompanySize | null;
  owner: string | null;
  sort: Sort<SortField>;
  page: number;
}

const BY_NAME: Sort<SortField> = { field: 'name', descending: false };

/** Reads the address; what it does not understand counts as not given. */
export function readState(params: URLSearchParams): ListState {
  return {
    search: params.get('search') ?? '',
    industry: params.get('industry') || null,
    size: SIZES.find((size) => size === params.get('size')) ?? null,
    owner: params.get('owner_id') || null,
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
  put('industry', next.industry);
  put('size', next.size);
  put('owner_id', next.owner);
  if (sortText(next.sort) !== sortText(BY_NAME)) put('sort', sortText(next.sort));
  if (next.page > 1) put('page', String(next.page));
  return params;
}

/** Dates are of most interest from the newest. */
export const resorted = (sort: Sort<SortField>, field: SortField) =>
  sortedBy(sort, field, field.endsWith('_at'));

export const isFiltered = ({ search, industry, size, owner }: ListState): boolean =>
  search !== '' || industry !== null || size !== null || owner !== null;
