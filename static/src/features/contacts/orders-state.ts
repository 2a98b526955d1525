/** What the list of orders shows, as the address tells it. */
import { readPage, readSort, type Sort, sortedBy, sortText } from '@/ui/sorting';

export const SORT_FIELDS = ['ordered_at', 'value', 'created_at'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface OrdersState {
  /** A part of a number. */
  search: string;
  product: string | null;
  /** Days, both of them with what was ordered on them. */
  from: string | null;
  to: string | null;
  sort: Sort<SortField>;
  page: number;
}

const LATEST: Sort<SortField> = { field: 'ordered_at', descending: true };
const day = (text: string | null) =>
  text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

/** Reads the address; what it does not understand counts as not given. */
export function readOrders(params: URLSearchParams): OrdersState {
  return {
    search: params.get('search') ?? '',
    product: params.get('product_id') || null,
    from: day(params.get('from')),
    to: day(params.get('to')),
    sort: readSort(params.get('sort'), SORT_FIELDS, LATEST),
    page: readPage(params),
  };
}

/** The address of another view; any change but a step to another page begins at the first one. */
export function writeOrders(state: OrdersState, change: Partial<OrdersState>): URLSearchParams {
  const next = { ...state, page: 1, ...change };
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => value && params.set(name, value);
  put('search', next.search.trim());
  put('product_id', next.product);
  put('from', next.from);
  put('to', next.to);
  if (sortText(next.sort) !== sortText(LATEST)) put('sort', sortText(next.sort));
  if (next.page > 1) put('page', String(next.page));
  return params;
}

export const resortedOrders = (sort: Sort<SortField>, field: SortField) => sortedBy(sort, field, true);

export const ALL_ORDERS = {
  search: '',
  product: null,
  from: null,
  to: null,
} as const satisfies Partial<OrdersState>;

export const isFiltered = ({ search, product, from, to }: OrdersState): boolean =>
  search !== '' || product !== null || from !== null || to !== null;
