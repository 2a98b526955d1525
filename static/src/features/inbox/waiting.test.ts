import { expect, it } from 'vitest';
import { snoozeTimes } from './snooze';
import { span } from './waiting';

it('says how long somebody has waited in a word', () => {
  expect([10_000, 7 * 60_000, 150 * 60_000, 26 * 3_600_000].map((ms) => span(ms, 'pt-BR'))).toEqual([
    '1 min',
    '7 min',
    '2 h',
    '1 dia',
  ]);
});

it('offers times that lie ahead, each once', () => {
  const names = (now: Date) => snoozeTimes(now).map(({ name }) => name);
  expect(names(new Date(2026, 10, 24, 9, 30))).toEqual(['hour', 'afternoon', 'tomorrow', 'monday']);
  expect(names(new Date(2026, 10, 24, 16))).toEqual(['hour', 'tomorrow', 'monday']);
  // On a Sunday tomorrow is Monday.
  expect(names(new Date(2026, 10, 22, 16))).toEqual(['hour', 'tomorrow']);
  for (let day = 1; day <= 14; day += 1) {
    const now = new Date(2026, 10, day, 12);
    for (const { until } of snoozeTimes(now)) expect(Date.parse(until)).toBeGreaterThan(now.getTime());
  }
});
