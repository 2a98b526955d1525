import { expect, it } from 'vitest';
import { areaPath, linePath, pointsOf, scaleOf } from './curve';

it.each([
  [[], { low: 0, high: 1 }],
  [[0, 0], { low: 0, high: 1 }],
  [[7, 7], { low: 7, high: 8 }],
  [[3, 18], { low: 0, high: 20 }],
  [[980, 1010], { low: 980, high: 1010 }],
])('scales %j to round values %j', (values, scale) => {
  expect(scaleOf(values)).toEqual(scale);
});

it('keeps every value within the box, whatever the values', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const values = Array.from({ length: 1 + (seed % 9) }, (_, index) => (seed * 7919 * (index + 3)) % 10_007);
    for (const { x, y } of pointsOf(values, scaleOf(values))) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(1);
    }
  }
});

it('draws from the first value to the last, and closes the area along the ground', () => {
  const points = pointsOf([0, 5, 10], { low: 0, high: 10 });
  expect(linePath(points)).toBe('M0 1L0.5 0.5L1 0');
  expect(areaPath(points)).toBe('M0 1L0.5 0.5L1 0L1 1L0 1Z');
  expect(areaPath([])).toBe('');
});
