import { describe, expect, it } from 'vitest';
import { countHint, listed, listHint, type Notification, type Pages, placeOf, startUnread } from './state';

const notification = (id: string, fields: Partial<Notification> = {}): Notification => ({
  id,
  type: 'info',
  kind: 'mention',
  title: 'Vera mencionou você em Entregas',
  message: '@Ana, saiu?',
  link: '/chat/r?message=m',
  is_read: false,
  created_at: '2026-11-22T12:00:00Z',
  ...fields,
});
const created = (id: string) => ({ type: 'notification.created', data: notification(id) });
const read = (id: string) => ({ type: 'notification.read', data: { id } });
const readAll = { type: 'notifications.read_all', data: { unread_count: 0 } };
const pages = (...ids: string[]): Pages => ({
  pages: [
    { items: ids.map((id) => notification(id)), total: ids.length, page: 1, per_page: 25, unread_count: 0 },
  ],
  pageParams: [1],
});

describe('how many are unread', () => {
  it('follows what comes and what is read, here or in another tab', () => {
    const told = [created('c'), read('a'), created('d')].reduce(countHint, startUnread(2));
    expect(told.count).toBe(3);
    expect(countHint(told, readAll).count).toBe(0);
  });

  it('counts one’s own reading once, although it comes back as a hint', () => {
    const here = countHint(startUnread(2), read('a'));
    expect(countHint(here, read('a')).count).toBe(1);
  });

  it('never falls below none', () => {
    expect([read('a'), read('b')].reduce(countHint, startUnread(1)).count).toBe(0);
  });
});

describe('the list', () => {
  it('has what is new first, and once', () => {
    const told = [created('b'), created('b')].reduce(listHint, pages('a'));
    expect(listed(told).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(told.pages[0]?.total).toBe(2);
  });

  it('shows each once, although a page that was fetched later repeats the end of the one before', () => {
    const both = { ...pages('b', 'a'), pages: [...pages('c', 'b').pages, ...pages('b', 'a').pages] };
    expect(listed(both).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('marks one, and all', () => {
    const one = listHint(pages('b', 'a'), read('a'));
    expect(listed(one).map(({ is_read }) => is_read)).toEqual([false, true]);
    expect(listed(listHint(one, readAll)).every(({ is_read }) => is_read)).toBe(true);
  });
});

it('leads nowhere but into this application', () => {
  expect(placeOf(notification('a'))).toBe('/chat/r?message=m');
  for (const link of ['https://example.com', '//example.com', 'javascript:alert(1)', null]) {
    expect(placeOf(notification('a', { link }))).toBeNull();
  }
});
