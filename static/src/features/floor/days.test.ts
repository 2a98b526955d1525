import { expect, it } from 'vitest';
import { contactedIn, lastDays, ranked, readSpan } from './days';

const days = Array.from({ length: 30 }, (_, index) => ({
  date: `2026-11-${String(index + 1).padStart(2, '0')}`,
  contacted: index + 1,
}));

it('counts only the days of the span, of which the last is today', () => {
  expect(lastDays(days, '1')).toEqual([{ date: '2026-11-30', contacted: 30 }]);
  expect(contactedIn(days, '7')).toBe(24 + 25 + 26 + 27 + 28 + 29 + 30);
  expect(contactedIn(days, '30')).toBe((30 * 31) / 2);
  expect(readSpan('90')).toBe('7');
});

it('puts first who contacted the most in the span', () => {
  const of = (name: string, by_day: typeof days) => ({
    id: name,
    name,
    is_online: true,
    assigned: 0,
    contacted: 0,
    pending: 0,
    contacted_today: 0,
    by_day,
  });
  const early = days.map((day, index) => ({ ...day, contacted: index === 0 ? 99 : 0 }));
  const today = days.map((day, index) => ({ ...day, contacted: index === 29 ? 5 : 0 }));
  const sellers = [of('Vera', early), of('Vitor', today), of('Ana', today)];
  expect(ranked(sellers, '7').map(({ name, inSpan }) => [name, inSpan])).toEqual([
    ['Ana', 5],
    ['Vitor', 5],
    ['Vera', 0],
  ]);
  expect(ranked(sellers, '30')[0]?.name).toBe('Vera');
});
