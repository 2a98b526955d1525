/** How long somebody has waited, in a word. Pure. */

/** From then on a wait is too long. */
export const PATIENCE_MS = 5 * 60_000;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `7 min`, `2 h`, `3 dias`; less than a minute counts as one. */
export function span(ms: number, language: string): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? (['minute', 60_000] as const);
  const value = Math.max(1, Math.floor(ms / size));
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
