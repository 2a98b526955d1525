/** Days as people here have them: `2026-11-22`. */

export const toDay = (at: string | Date): string => {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

export const today = (): string => toDay(new Date());

/** When a day begins here, and when the one after it does. */
export const startOf = (day: string): string => new Date(`${day}T00:00:00`).toISOString();
export function endOf(day: string): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date.toISOString();
}
