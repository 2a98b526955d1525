/** Until when a conversation is put aside, as people say it. Pure. */

export type SnoozeName = 'hour' | 'afternoon' | 'tomorrow' | 'monday';

const MORNING = 9;
const AFTERNOON = 14;

/** The times from now on that make sense, by the clock of whoever asks. */
export function snoozeTimes(now: Date): { name: SnoozeName; until: string }[] {
  const at = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour).toISOString();
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { name: 'hour', until: new Date(now.getTime() + 3_600_000).toISOString() },
    ...(now.getHours() < AFTERNOON - 1 ? [{ name: 'afternoon' as const, until: at(0, AFTERNOON) }] : []),
    { name: 'tomorrow', until: at(1, MORNING) },
    // On a Sunday that is the same.
    ...(toMonday > 1 ? [{ name: 'monday' as const, until: at(toMonday, MORNING) }] : []),
  ];
}
