/** The rules of the floor as they are being written. */
import type { RulesChange, SellerChange } from './api';
import type { DealMethod, FloorRules, Seller } from './types';

export interface SellerValues {
  id: string;
  name: string;
  weight: number | string;
  capacity: number | string;
  regions: string[];
  tags: string[];
}

export interface RulesValues {
  from_days: number | string;
  to_days: number | string;
  /** As people write it: `30, 45, 60, 90`. */
  periods: string;
  method: DealMethod;
  capacity: number | string;
  keep_last_seller: boolean;
  sellers: SellerValues[];
}

export function valuesOf(rules: FloorRules, sellers: readonly Seller[]): RulesValues {
  return {
    from_days: rules.from_days,
    to_days: rules.to_days,
    periods: rules.periods.join(', '),
    method: rules.method,
    capacity: rules.capacity ?? '',
    keep_last_seller: rules.keep_last_seller,
    sellers: sellers.map(({ id, name, weight, capacity, regions, tags }) => ({
      id,
      name,
      weight,
      capacity: capacity ?? '',
      regions,
      tags,
    })),
  };
}

export type RulesField = 'from_days' | 'to_days' | 'periods' | 'capacity';
export type RulesProblem = 'number' | 'backwards' | 'periods';

/** What does not make sense, by field. */
export function problemsOf(values: RulesValues): Partial<Record<RulesField, RulesProblem>> {
  const problems: Partial<Record<RulesField, RulesProblem>> = {};
  const [from, to] = [whole(values.from_days), whole(values.to_days)];
  if (from === null) problems.from_days = 'number';
  if (to === null) problems.to_days = 'number';
  else if (from !== null && to < from) problems.to_days = 'backwards';
  const periods = readPeriods(values.periods);
  if (!periods) problems.periods = 'periods';
  if (values.capacity !== '' && !whole(values.capacity)) problems.capacity = 'number';
  return problems;
}

const whole = (value: number | string): number | null => {
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isInteger(number) && number >= 0 ? number : null;
};

/** Two days at least, each later than the one before. */
export function readPeriods(text: string): number[] | null {
  const days = text.split(/[\s,;]+/).filter(Boolean);
  const numbers = days.map(whole);
  const rising = numbers.every((day, index) => day !== null && day > (numbers[index - 1] ?? -1));
  return rising && numbers.length >= 2 && numbers.length <= 20 ? (numbers as number[]) : null;
}

/** What is to be sent: the rules whole, and of the sellers only those that were changed. */
export function changeOf(
  values: RulesValues,
  sellers: readonly Seller[],
): { rules: RulesChange; sellers: Map<string, SellerChange> } {
  const number = (value: number | string) => (value === '' ? null : Number(value));
  const changed = new Map<string, SellerChange>();
  for (const now of values.sellers) {
    const before = sellers.find(({ id }) => id === now.id);
    if (!before) continue;
    const change: SellerChange = {};
    const weight = Number(now.weight) || 1;
    if (weight !== before.weight) change.weight = weight;
    if (number(now.capacity) !== before.capacity) change.capacity = number(now.capacity);
    if (now.regions.join('\n') !== before.regions.join('\n')) change.regions = now.regions;
    if (now.tags.join('\n') !== before.tags.join('\n')) change.tags = now.tags;
    if (Object.keys(change).length > 0) changed.set(now.id, change);
  }
  return {
    rules: {
      from_days: Number(values.from_days),
      to_days: Number(values.to_days),
      periods: readPeriods(values.periods) ?? [],
      method: values.method,
      capacity: number(values.capacity),
      keep_last_seller: values.keep_last_seller,
    },
    sellers: changed,
  };
}
