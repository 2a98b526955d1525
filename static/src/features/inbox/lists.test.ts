import { describe, expect, it } from 'vitest';
import {
  arrange,
  belongs,
  gone,
  heard,
  itemsOf,
  nextPage,
  type Page,
  type Pages,
  waitingSince,
} from './lists';
import { at, message, ours, summary } from './testing';
import type { Summary } from './types';

const ME = 'ana';
const mine = (id: string, minute: number, fields: Partial<Summary> = {}): Summary =>
  summary({ id, assigned_user_id: ME, last_message_at: at(minute), ...fields });
const waits = (id: string, minute: number): Summary =>
  summary({ id, status: 'waiting', last_message_at: at(minute) });
const page = (items: Summary[], total = items.length, number = 1): Page => ({
  items,
  total,
  page: number,
  per_page: 2,
});
const pages = (...list: Page[]): Pages => ({ pages: list, pageParams: list.map((one) => one.page) });
const ids = (items: readonly Summary[]) => items.map(({ id }) => id);

describe('an order', () => {
  it('puts one’s own unread first, and of those who has waited longest', () => {
    const items = [
      mine('falada', 9),
      mine('nova', 8, { unread_count: 1 }),
      mine('velha', 2, { unread_count: 4 }),
      mine('calma', 1),
    ];
    expect(ids(arrange('mine', items))).toEqual(['velha', 'nova', 'falada', 'calma']);
  });

  it('is first come, first served in the queue, and the latest first elsewhere', () => {
    const items = [waits('b', 5), waits('a', 1), waits('c', 9)];
    expect(ids(arrange('queue', items))).toEqual(['a', 'b', 'c']);
    expect(ids(arrange('all', items))).toEqual(['c', 'b', 'a']);
  });
});

describe('news', () => {
  const told = (list: Parameters<typeof heard>[1], known: Pages, about: Summary, isSearch = false) =>
    heard(known, list, about, ME, isSearch);

  it('moves a conversation from the queue to whoever takes it over', () => {
    const taken = mine('x', 5);
    const queue = told('queue', pages(page([waits('x', 5), waits('y', 6)])), taken).pages;
    expect([ids(itemsOf(queue)), queue.pages[0]?.total]).toEqual([['y'], 1]);
    const own = told('mine', pages(page([])), taken).pages;
    expect([ids(itemsOf(own)), own.pages[0]?.total]).toEqual([['x'], 1]);
    expect(belongs('mine', summary({ ...taken, assigned_user_id: 'bia' }), ME)).toBe(false);
  });

  it('changes what is known in its place', () => {
    const known = pages(page([mine('a', 3)], 2), page([mine('b', 1)], 2, 2));
    const after = told('mine', known, mine('b', 8, { unread_count: 1 })).pages;
    expect(ids(itemsOf(after))).toEqual(['a', 'b']);
    expect(itemsOf(after)[1]?.unread_count).toBe(1);
  });

  it('only counts what stands beyond the pages that are known', () => {
    const known = pages(page([waits('a', 1), waits('b', 2)], 5));
    const after = told('queue', known, waits('last', 50)).pages;
    expect([ids(itemsOf(after)), after.pages[0]?.total]).toEqual([['a', 'b'], 6]);
  });

  it('leaves it to the server what a search finds, but not what no longer belongs to it', () => {
    const known = pages(page([mine('a', 3)]));
    expect(told('mine', known, mine('b', 4), true)).toEqual({ pages: known, mustAsk: true });
    expect(ids(itemsOf(told('mine', known, waits('a', 4), true).pages))).toEqual([]);
  });

  it('takes away what one may no longer see', () => {
    const after = gone(pages(page([mine('a', 3), mine('b', 1)])), 'a');
    expect([ids(itemsOf(after)), after.pages[0]?.total]).toEqual([['b'], 1]);
  });
});

it('leafs on from what is known, so that nothing is missed when something left the pages before', () => {
  const [first, second] = [page([mine('a', 9), mine('b', 8)], 5), page([mine('c', 7), mine('d', 6)], 5, 2)];
  expect(nextPage(first, [first])).toBe(2);
  expect(nextPage(second, [first, second])).toBe(3);
  // One of four has gone, so the server's second page now begins with what would have been missed.
  const shorter = page([mine('a', 9)], 4);
  const rest = page([mine('c', 7), mine('d', 6)], 4, 2);
  expect(nextPage(rest, [shorter, rest])).toBe(2);
  // A page that brought nothing new ends it, whatever the total says.
  expect(nextPage(rest, [shorter, rest, rest])).toBeUndefined();
});

it('counts as waiting whom a person has not answered', () => {
  const asked = { last_message: message(1), last_message_at: at(1) };
  expect(waitingSince(waits('q', 4))).toBe(at(4));
  expect(waitingSince(mine('a', 1, asked))).toBe(at(1));
  expect(waitingSince(mine('a', 2, { ...asked, last_message: ours(2, 1) }))).toBeNull();
  expect(waitingSince(summary({ ...asked, is_bot_active: true }))).toBeNull();
  expect(waitingSince(summary({ ...asked, status: 'closed' }))).toBeNull();
});
