/** How long ago somebody bought, in days of the calendar. */

const DAY_MS = 86_400_000;

export function daysSince(at: string, now = new Date()): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.max(0, Math.round((midnight(now) - midnight(new Date(at))) / DAY_MS));
}

export type Recency = 'active' | 'due' | 'inactive';

/** As the sellers' floor has it unless told otherwise: from 30 to 60 days on it is time to call. */
export function recency(days: number): Recency {
  if (days < 30) return 'active';
  return days <= 60 ? 'due' : 'inactive';
}
