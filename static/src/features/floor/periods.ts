/** The stretches of days without a purchase that clients are sorted by, as the server counts and names them. */

export interface Period {
  /** `30-45`, `90+`. */
  key: string;
  from: number;
  /** The last day that belongs to it; null: it goes on for ever. */
  last: number | null;
}

/** The bounds that hold while the company's own are not known yet. */
export const USUAL_BOUNDS: readonly number[] = [30, 45, 60, 90];

/** Each begins with one day and ends before the next; the last day of all still belongs, and what is beyond is one more. */
export function periodsOf(bounds: readonly number[]): Period[] {
  const periods: Period[] = bounds.slice(1).map((to, index) => {
    const from = bounds[index] ?? 0;
    return { key: `${from}-${to}`, from, last: index === bounds.length - 2 ? to : to - 1 };
  });
  const end = bounds.at(-1);
  if (end !== undefined) periods.push({ key: `${end}+`, from: end + 1, last: null });
  return periods;
}

/** How pressing it is, from 0 (has bought of late, or never) to 4 (the last of the periods). */
export function heatOf(days: number | null, periods: readonly Period[]): number {
  if (days === null) return 0;
  const index = periods.findIndex(({ from, last }) => days >= from && (last === null || days <= last));
  return index === -1 ? 0 : heatAt(index, periods.length);
}

export const heatAt = (index: number, count: number): number =>
  1 + Math.min(3, Math.floor((index * 4) / Math.max(count, 1)));

/** `30–45` and `> 90`, as people read them. */
export const periodName = (key: string): string =>
  key.endsWith('+') ? `> ${key.slice(0, -1)}` : key.replace('-', '–');
