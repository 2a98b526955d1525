import { expect, it } from 'vitest';
import { timeZones } from './time-zones';

it('offers the clocks of Brazil first, each with its offset, and every name once', () => {
  const zones = timeZones('Europe/Lisbon', new Date('2026-11-22T12:00:00Z'));
  expect(zones[0]).toEqual({ value: 'America/Sao_Paulo', label: 'America/Sao Paulo (GMT-3)' });
  expect(zones.map(({ value }) => value)).toContain('Europe/Lisbon');
  expect(new Set(zones.map(({ value }) => value)).size).toBe(zones.length);
});

it('keeps a zone that this browser does not know', () => {
  expect(timeZones('Mars/Olympus')).toContainEqual({
    value: 'Mars/Olympus',
    label: 'Mars/Olympus (Mars/Olympus)',
  });
});
