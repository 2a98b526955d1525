import { expect, it } from 'vitest';
import { periodQuery, readPeriod } from './period';

const read = (address: string) => readPeriod(new URLSearchParams(address));

it('reads the days or the span of the address', () => {
  expect(read('from=2026-10-01&to=2026-10-31')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
  expect(read('period=year')).toEqual({ span: 'year' });
});

it.each(['', 'period=decade', 'from=2026-10-01', 'from=2026-11-01&to=2026-10-01', 'from=x&to=y'])(
  'tells of the last 30 days where the address makes no sense: %s',
  (address) => {
    expect(read(address)).toEqual({ span: '30d' });
  },
);

it('writes what it read', () => {
  for (const address of ['period=7d', 'from=2026-10-01&to=2026-10-31']) {
    expect(new URLSearchParams(periodQuery(read(address))).toString()).toBe(address);
  }
});
