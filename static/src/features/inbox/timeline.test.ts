import { expect, it } from 'vitest';
import { message, ours } from './testing';
import { rowsOf } from './timeline';

it('begins the unread at the customer’s first word, and puts a discarded answer where it came', () => {
  const messages = [message(1), ours(2, 1), ours(3, 1), message(4, { tally: 2 }), message(5, { tally: 3 })];
  const discarded = [{ key: 'discarded:9', after: 3, at: messages[2]?.created_at ?? '', content: 'Sim' }];
  const rows = rowsOf(messages, discarded, 2);
  expect(
    rows.map((row) => (row.kind === 'message' ? `${row.key}${row.isFirst ? '!' : ''}` : row.kind)),
  ).toEqual(['day', 'm1!', 'm2!', 'm3', 'discarded', 'unread', 'm4!', 'm5']);
  expect(rowsOf(messages, [], null).some(({ kind }) => kind === 'unread')).toBe(false);
});

it('tells a note from what was said to the customer by the same person', () => {
  const rows = rowsOf([ours(1, 0), ours(2, 0, { message_type: 'note' })], [], null);
  expect(rows.filter((row) => row.kind === 'message' && row.isFirst)).toHaveLength(2);
});
