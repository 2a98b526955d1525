/** The geometry of a small line chart, in a box of one by one. */

export interface Scale {
  /** The lowest and the highest value that is drawn; they differ. */
  low: number;
  high: number;
}

/** From a round value below the lowest to a round one above the highest. Counts are never drawn below zero. */
export function scaleOf(values: readonly number[]): Scale {
  const lowest = Math.min(...values, Number.POSITIVE_INFINITY);
  const highest = Math.max(...values, 0);
  if (!Number.isFinite(lowest)) return { low: 0, high: 1 };
  const step = stepFor(Math.max(highest - lowest, 1));
  const low = Math.max(0, Math.floor(lowest / step) * step);
  const high = Math.ceil(highest / step) * step;
  return { low, high: high > low ? high : low + step };
}

/** 1, 2 or 5 times a power of ten, so that a few of them cover the range. */
function stepFor(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => range / size <= 4);
  return Math.max(1, step ?? power);
}

export interface Point {
  x: number;
  y: number;
}

/** Left to right, evenly; a single value stands at the right end, where today is. */
export function pointsOf(values: readonly number[], { low, high }: Scale): Point[] {
  const last = values.length - 1;
  return values.map((value, index) => ({
    x: last > 0 ? index / last : 1,
    y: 1 - (value - low) / (high - low),
  }));
}

export const linePath = (points: readonly Point[]): string =>
  points.map(({ x, y }, index) => `${index ? 'L' : 'M'}${round(x)} ${round(y)}`).join('');

export function areaPath(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  return `${linePath(points)}L${round(last.x)} 1L${round(first.x)} 1Z`;
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
