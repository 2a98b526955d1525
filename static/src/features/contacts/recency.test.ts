import { expect, it } from 'vitest';
import { daysSince, recency } from './recency';

it('counts days by the calendar, not by hours', () => {
  const now = new Date(2026, 10, 22, 0, 30);
  expect(daysSince(new Date(2026, 10, 21, 23, 50).toISOString(), now)).toBe(1);
  expect(daysSince(new Date(2026, 10, 22, 0, 10).toISOString(), now)).toBe(0);
  expect(daysSince(new Date(2026, 9, 23, 12).toISOString(), now)).toBe(30);
  // What is dated a little ahead was bought today.
  expect(daysSince(new Date(2026, 10, 22, 9).toISOString(), now)).toBe(0);
});

it('knows when it is time to call', () => {
  expect([29, 30, 60, 61].map(recency)).toEqual(['active', 'due', 'due', 'inactive']);
});
