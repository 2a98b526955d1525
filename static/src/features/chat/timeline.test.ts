import { expect, it } from 'vitest';
import { message } from './testing';
import { rowsOf } from './timeline';

const at = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString();
const outline = (...args: Parameters<typeof rowsOf>) =>
  rowsOf(...args).map((row) => (row.kind === 'message' ? `${row.key}${row.isFirst ? '*' : ''}` : row.kind));

it('groups what somebody says in one breath, by day', () => {
  const list = [
    message(1, { created_at: at(20, 23, 58) }),
    message(2, { created_at: at(20, 23, 59) }),
    message(3, { created_at: at(21, 0, 1) }),
    message(4, { created_at: at(21, 0, 30) }),
    message(5, { created_at: at(21, 0, 31), reply_to: 'm1' }),
  ];
  expect(outline(list, null, 'ana')).toEqual(['day', 'm1*', 'm2', 'day', 'm3*', 'm4*', 'm5*']);
});

it('marks once where the unread begins, never before one’s own', () => {
  const times = { created_at: at(20, 12, 0) };
  const list = [
    message(1, times),
    message(2, { ...times, sender: { id: 'ana', name: 'Ana' } }),
    message(3, times),
    message(4, times),
  ];
  expect(outline(list, 1, 'ana')).toEqual(['day', 'm1*', 'm2*', 'unread', 'm3*', 'm4']);
});
