/** Who else is at an entity and what they do there, as this window has heard. Pure. */
import type { Actor } from './frames';

export type Doing = 'viewing' | 'typing' | 'dragging' | 'editing';
const DOINGS: readonly string[] = ['viewing', 'typing', 'dragging', 'editing'] satisfies Doing[];

export interface On {
  lead_id?: string;
  field?: string;
}

export interface Present {
  user: Actor;
  /** When they came, whatever they have done since. */
  since: string;
  doing: Doing;
  on: On;
  /** When this window heard that they do it, by its own clock. */
  heardAt: number;
}

/** What a client says of itself, as the name and data of a signal. */
export interface Activity {
  name: Doing;
  data: On;
}

export const VIEWING: Activity = { name: 'viewing', data: {} };

/** The list of a subscribe answer replaces what was known; what somebody was doing already is no news. */
export function arrived(known: readonly Present[], list: unknown, now: number): readonly Present[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: { user?: Actor; since?: string; doing?: unknown; on?: On }) => {
    if (!item?.user?.id) return [];
    const { user } = item;
    const activity = { doing: readDoing(item.doing), on: item.on ?? {} };
    const before = known.find((present) => present.user.id === user.id);
    const since = item.since ?? new Date(now).toISOString();
    return [{ user, since, ...activity, heardAt: before && isSame(before, activity) ? before.heardAt : now }];
  });
}

/** A `presence` signal: somebody came, does something else, or (`doing: null`) has left. */
export function heard(
  known: readonly Present[],
  by: Actor,
  data: { doing?: unknown; on?: On | null },
  now: number,
): readonly Present[] {
  const others = known.filter((present) => present.user.id !== by.id);
  if (data.doing === null || data.doing === undefined) return others;
  const before = known.find((present) => present.user.id === by.id);
  const activity = { doing: readDoing(data.doing), on: data.on ?? {} };
  if (before && isSame(before, activity)) return known;
  const changed = {
    user: by,
    since: before?.since ?? new Date(now).toISOString(),
    ...activity,
    heardAt: now,
  };
  // Whoever is there keeps their place among the others.
  return before ? known.map((present) => (present === before ? changed : present)) : [...known, changed];
}

/** What a newer server calls an activity is, to this client, being there. */
function readDoing(doing: unknown): Doing {
  return DOINGS.includes(doing as string) ? (doing as Doing) : 'viewing';
}

function isSame(a: Pick<Present, 'doing' | 'on'>, b: Pick<Present, 'doing' | 'on'>): boolean {
  return a.doing === b.doing && a.on.lead_id === b.on.lead_id && a.on.field === b.on.field;
}
