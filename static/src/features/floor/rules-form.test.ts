import { describe, expect, it } from 'vitest';
import { changeOf, problemsOf, readPeriods, valuesOf } from './rules-form';
import { seller } from './testing';
import type { FloorRules } from './types';

const rules: FloorRules = {
  from_days: 30,
  to_days: 60,
  periods: [30, 45, 60, 90],
  method: 'round_robin',
  capacity: null,
  keep_last_seller: false,
  cycle: 1,
  cycle_began_at: '2026-11-01T03:00:00Z',
};
const sellers = [seller('vera'), seller('vitor', { weight: 2, capacity: 40 })];

describe('the rules', () => {
  it('go back as they came when nothing is changed, and no seller with them', () => {
    const { cycle: _cycle, cycle_began_at: _at, ...same } = rules;
    const values = valuesOf(rules, sellers);
    expect(problemsOf(values)).toEqual({});
    expect(changeOf(values, sellers)).toEqual({ rules: same, sellers: new Map() });
  });

  it('name of each seller only what is another now', () => {
    const values = valuesOf(rules, sellers);
    const [vera, vitor] = values.sellers;
    const changed = {
      ...values,
      capacity: 80,
      sellers: [
        { ...vera, weight: 3, regions: ['Zona Sul'] },
        { ...vitor, capacity: '' },
      ] as typeof values.sellers,
    };
    const { rules: sent, sellers: of } = changeOf(changed, sellers);
    expect(sent.capacity).toBe(80);
    expect([...of]).toEqual([
      ['vera', { weight: 3, regions: ['Zona Sul'] }],
      ['vitor', { capacity: null }],
    ]);
  });

  it('say what makes no sense before it is sent', () => {
    const values = valuesOf(rules, sellers);
    expect(problemsOf({ ...values, to_days: 20 })).toEqual({ to_days: 'backwards' });
    expect(problemsOf({ ...values, from_days: '', capacity: 0, periods: '60 30' })).toEqual({
      from_days: 'number',
      capacity: 'number',
      periods: 'periods',
    });
    expect(readPeriods(' 10;20,  35 ')).toEqual([10, 20, 35]);
    expect([readPeriods('30'), readPeriods('30, 30'), readPeriods('30, x')]).toEqual([null, null, null]);
  });
});
