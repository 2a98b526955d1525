/** The hours at which people are there, as the setting `business_hours` holds them and as the form has them. */

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export interface Span {
  /** `08:00` */
  from: string;
  /** `18:00`; `00:00` is midnight at the end of the day. */
  until: string;
}

export type Week = Record<Day, Span[]>;

export interface Hours {
  /** Without hours people are always there. */
  always: boolean;
  week: Week;
}

const everyDay = (spans: (day: Day) => Span[]): Week =>
  Object.fromEntries(DAYS.map((day) => [day, spans(day)])) as Week;

/** What most begin with. */
export const usualWeek = (): Week =>
  everyDay((day) => (day === 'sat' || day === 'sun' ? [] : [{ from: '08:00', until: '18:00' }]));

export function hoursOf(value: unknown): Hours {
  const held = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  if (Object.keys(held).length === 0) return { always: true, week: usualWeek() };
  return {
    always: false,
    week: everyDay((day) => {
      const spans = held[day];
      return Array.isArray(spans) ? spans.flatMap(spanOf) : [];
    }),
  };
}

function spanOf(value: unknown): Span[] {
  if (!Array.isArray(value)) return [];
  const [from, until] = value as unknown[];
  return typeof from === 'string' && typeof until === 'string' ? [{ from, until }] : [];
}

export function settingOf({ always, week }: Hours): Record<string, [string, string][]> {
  if (always) return {};
  return Object.fromEntries(
    DAYS.map((day) => [day, [...week[day]].sort(byStart).map(({ from, until }) => [from, until])]),
  );
}

const byStart = (one: Span, other: Span) => one.from.localeCompare(other.from);

/** `18:00` as minutes of the day; an end at midnight is the day's last. */
export function minutes(time: string, isEnd = false): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  const total = hours * 60 + rest;
  return isEnd && total === 0 ? 24 * 60 : total;
}

export type SpanProblem = 'incomplete' | 'backwards' | 'overlap';

/** What is wrong with each of a day's spans, in their order. */
export function problemsOf(spans: readonly Span[]): (SpanProblem | null)[] {
  return spans.map((span, index) => {
    if (!span.from || !span.until) return 'incomplete';
    if (minutes(span.until, true) <= minutes(span.from)) return 'backwards';
    const clashes = spans.some(
      (other, at) =>
        at < index &&
        minutes(other.from) < minutes(span.until, true) &&
        minutes(span.from) < minutes(other.until, true),
    );
    return clashes ? 'overlap' : null;
  });
}

export const isSound = ({ always, week }: Hours): boolean =>
  always || DAYS.every((day) => problemsOf(week[day]).every((problem) => problem === null));

/** Another span of a day, after its last one. */
export function another(spans: readonly Span[]): Span {
  const last = Math.max(0, ...spans.map(({ until }) => minutes(until, true)));
  if (spans.length === 0) return { from: '08:00', until: '18:00' };
  const from = Math.min(last + 60, 23 * 60);
  const until = Math.min(from + 4 * 60, 24 * 60);
  return { from: clock(from), until: clock(until) };
}

const clock = (total: number): string =>
  `${String(Math.floor(total / 60) % 24).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;

/** The day and the time of it there, as its people's clock shows it. */
export function nowIn(timeZone: string, at: Date): { day: Day; time: string } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = DAYS.find((one) => one === part('weekday').toLowerCase()) ?? 'mon';
  return { day, time: `${part('hour')}:${part('minute')}` };
}

export function isOpen({ always, week }: Hours, now: { day: Day; time: string }): boolean {
  const at = minutes(now.time);
  return always || week[now.day].some(({ from, until }) => minutes(from) <= at && at < minutes(until, true));
}
