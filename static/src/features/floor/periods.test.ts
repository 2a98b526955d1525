import { describe, expect, it } from 'vitest';
import { heatOf, periodName, periodsOf, USUAL_BOUNDS } from './periods';

describe('periods', () => {
  it('are the document’s: [30,45) [45,60) [60,90] and above', () => {
    expect(periodsOf(USUAL_BOUNDS)).toEqual([
      { key: '30-45', from: 30, last: 44 },
      { key: '45-60', from: 45, last: 59 },
      { key: '60-90', from: 60, last: 90 },
      { key: '90+', from: 91, last: null },
    ]);
    expect(periodsOf(USUAL_BOUNDS).map(({ key }) => periodName(key))).toEqual([
      '30–45',
      '45–60',
      '60–90',
      '> 90',
    ]);
  });

  it('say how pressing each day is, whatever the number of periods', () => {
    const usual = periodsOf(USUAL_BOUNDS);
    const heats = [null, 0, 29, 30, 44, 45, 59, 60, 90, 91, 4_000].map((days) => heatOf(days, usual));
    expect(heats).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    const two = periodsOf([10, 20]);
    expect([10, 20, 21].map((days) => heatOf(days, two))).toEqual([1, 1, 3]);
    const many = periodsOf([0, 10, 20, 30, 40, 50, 60, 70]);
    expect([0, 75].map((days) => heatOf(days, many))).toEqual([1, 4]);
  });
});
