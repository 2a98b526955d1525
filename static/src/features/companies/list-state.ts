/** What the list of companies shows, as the address tells it: so it can be linked to, and the browser's way back works. */
import type { CompanySize } from '@/api/types';

export const SIZES = [
  'startup',
  'small',
  'medium',
  'large',
  'enterprise',
] as const satisfies readonly CompanySize[];

export const SORT_FIELDS = ['name', 'industry', 'size', 'created_at', 'updated_at'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface Sort {
  field: SortField;
  descending: boolean;
}

export interface ListState {
  search: string;
  industry: string | null;
  size: CompanySize | null;
  owner: string | null;
  sort: Sort;
  page: number;
}

const BY_NAME: Sort = { field: 'name', descending: false };

/** Reads the address; what it does not understand counts as not given. */
export function readState(params: URLSearchParams): ListState {
  const page = Number(params.get('page'));
  return {
    search: params.get('search') ?? '',
    industry: params.get('industry') || null,
    size: SIZES.find((size) => size === params.get('size')) ?? null,
    owner: params.get('owner_id') || null,
    sort: readSort(params.get('sort')),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

function readSort(text: string | null): Sort {
  const descending = text?.startsWith('-') ?? false;
  const field = SORT_FIELDS.find((known) => known === text?.replace(/^-/, ''));
  return field ? { field, descending } : BY_NAME;
}

export const sortText = ({ field, descending }: Sort): string => `${descending ? '-' : ''}${field}`;

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

/** A column's heading was pressed: order by it, or turn its order round. */
export const sortedBy = (current: Sort, field: SortField): Sort => ({
  field,
  // Dates are of most interest from the newest.
  descending: current.field === field ? !current.descending : field.endsWith('_at'),
});

export const isFiltered = ({ search, industry, size, owner }: ListState): boolean =>
  search !== '' || industry !== null || size !== null || owner !== null;
