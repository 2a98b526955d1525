/** The lists of the inbox: what belongs to which, in which order, and how news changes them. Pure. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Stats, Summary } from './types';

export const VIEWS = ['mine', 'queue', 'all', 'closed'] as const;
export type View = (typeof VIEWS)[number];
/** What one has put aside stands under one's own. */
export type List = View | 'snoozed';

export interface Page {
  items: Summary[];
  total: number;
  page: number;
  per_page: number;
}
export type Pages = InfiniteData<Page>;

/** How the server is asked for a list. */
export const ASKED: Record<
  List,
  { status?: Summary['status']; assigned_to?: string; sort?: 'last_message_at' }
> = {
  mine: { status: 'open', assigned_to: 'me' },
  snoozed: { status: 'snoozed', assigned_to: 'me' },
  // Who waits longest comes first.
  queue: { status: 'waiting', sort: 'last_message_at' },
  all: {},
  closed: { status: 'closed' },
};

export const isView = (text: string | null): text is View => VIEWS.includes(text as View);

export function belongs(list: List, { status, assigned_user_id }: Summary, me: string): boolean {
  switch (list) {
    case 'mine':
      return status === 'open' && assigned_user_id === me;
    case 'snoozed':
      return status === 'snoozed' && assigned_user_id === me;
    case 'queue':
      return status === 'waiting';
    case 'closed':
      return status === 'closed';
    case 'all':
      return true;
  }
}

export const countOf = (view: View, { mine, open, waiting, snoozed, closed }: Stats): number =>
  ({ mine, queue: waiting, all: open + waiting + snoozed + closed, closed })[view];

/** Since when the customer waits for people; null while nobody has to answer. */
export function waitingSince(summary: Summary): string | null {
  const { status, is_bot_active, last_message, last_message_at } = summary;
  if (status === 'waiting') return last_message_at;
  const isAsked = status === 'open' && !is_bot_active && last_message?.sender_type === 'customer';
  return isAsked ? last_message_at : null;
}

/** Whether it is up to this person to answer: it is theirs, or anybody's who takes it. */
export const needsMe = ({ status, assigned_user_id }: Summary, me: string): boolean =>
  status === 'waiting' || (status === 'open' && assigned_user_id === me);

/** As the server orders the list. */
function inOrder(list: List, a: Summary, b: Summary): number {
  const byTime = compare(a.last_message_at, b.last_message_at);
  return (ASKED[list].sort ? byTime : -byTime) || compare(a.id, b.id);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As people see it: of one's own, the unread first, and of those who has waited longest. */
export function arrange(list: List, items: readonly Summary[]): Summary[] {
  if (list !== 'mine') return items.toSorted((a, b) => inOrder(list, a, b));
  return items.toSorted((a, b) => {
    const [left, right] = [a.unread_count > 0, b.unread_count > 0];
    if (left !== right) return left ? -1 : 1;
    return left ? compare(a.last_message_at, b.last_message_at) : inOrder(list, a, b);
  });
}

/** Each conversation once: pages shift while one leafs through them. */
export function itemsOf(pages: Pages | undefined): Summary[] {
  const known = new Map<string, Summary>();
  for (const page of pages?.pages ?? []) for (const item of page.items) known.set(item.id, item);
  return [...known.values()];
}

/** The page that holds what comes after the known ones; what has come or gone meanwhile may shift it. */
export function nextPage(last: Page, all: readonly Page[]): number | undefined {
  const known = new Set(all.flatMap(({ items }) => items.map(({ id }) => id)));
  const isNews = all.length === 1 || last.items.some(({ id }) => !isIn(all.slice(0, -1), id));
  return known.size < last.total && isNews ? Math.floor(known.size / last.per_page) + 1 : undefined;
}

const isIn = (pages: readonly Page[], id: string): boolean =>
  pages.some(({ items }) => items.some((item) => item.id === id));

/** A conversation is another than it was. `isSearch`: whether it belongs to what was searched only the server knows. */
export function heard(
  pages: Pages,
  list: List,
  summary: Summary,
  me: string,
  isSearch: boolean,
): { pages: Pages; mustAsk: boolean } {
  const isKnown = isIn(pages.pages, summary.id);
  if (!belongs(list, summary, me)) {
    return { pages: isKnown ? gone(pages, summary.id) : pages, mustAsk: false };
  }
  if (isKnown) return { pages: each(pages, summary), mustAsk: false };
  if (isSearch) return { pages, mustAsk: true };
  const items = itemsOf(pages);
  const [first] = pages.pages;
  const last = items.toSorted((a, b) => inOrder(list, a, b)).at(-1);
  const isWhole = items.length >= (first?.total ?? 0);
  // What comes after everything that is known is loaded in its turn.
  const isHere = isWhole || (last !== undefined && inOrder(list, summary, last) < 0);
  const counted = pages.pages.map((page) => ({ ...page, total: page.total + 1 }));
  const [head, ...rest] = counted;
  if (!head) return { pages, mustAsk: false };
  const next = isHere ? [{ ...head, items: [summary, ...head.items] }, ...rest] : counted;
  return { pages: { ...pages, pages: next }, mustAsk: false };
}

/** A conversation has left what one may see, or this list. */
export function gone(pages: Pages, id: string): Pages {
  if (!isIn(pages.pages, id)) return pages;
  const without = ({ items, total, ...page }: Page): Page => ({
    ...page,
    total: total - 1,
    items: items.filter((item) => item.id !== id),
  });
  return { ...pages, pages: pages.pages.map(without) };
}

const each = (pages: Pages, summary: Summary): Pages => ({
  ...pages,
  pages: pages.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.id === summary.id ? summary : item)),
  })),
});
