/** What of a conversation's history has been loaded beside its newest messages. Pure. */

/** What of a message decides its place. */
export interface Placed {
  id: string;
  /** From 1, without holes. */
  number: number;
}

export interface Shown<M extends Placed> {
  messages: M[];
  hasOlder: boolean;
  /** Whether something lies between the end of what is shown and now. */
  hasNewer: boolean;
}

const EVERYTHING_BEFORE = 1;

/**
 * What there is to see: history and newest messages as one, or, after a jump far back, that part of history alone.
 * `past` has no hole, oldest first; it may end right before the newest messages, or somewhere earlier.
 */
export function shown<M extends Placed>(past: M[], newest: M[]): Shown<M> {
  const first = newest[0];
  const last = past.at(-1);
  const hasNewer = first !== undefined && last !== undefined && last.number < first.number - 1;
  const older = first && !hasNewer ? past.filter((message) => message.number < first.number) : past;
  const messages = hasNewer ? past : [...older, ...newest];
  return { messages, hasOlder: (messages[0]?.number ?? EVERYTHING_BEFORE) > EVERYTHING_BEFORE, hasNewer };
}

/** Joins a loaded part to what is there; a part that does not touch it takes its place. */
export function join<M extends Placed>(past: M[], part: M[]): M[] {
  const [head, tail] = [part[0], part.at(-1)];
  const [first, last] = [past[0], past.at(-1)];
  if (!head || !tail) return past;
  if (!first || !last) return part;
  if (tail.number >= first.number - 1 && head.number <= last.number + 1) {
    const fresh = new Set(part.map(({ id }) => id));
    return [...past.filter(({ id }) => !fresh.has(id)), ...part].sort((a, b) => a.number - b.number);
  }
  return part;
}

/** What an event does to messages that stand in a list: the newest ones, or a part of the history. */
export type Change<M, E> = (messages: M[], event: E) => M[];

/** A part that was asked for while events arrived: whether or not it knew of them already, it does afterwards. */
export const caughtUp = <M, E>(part: M[], events: readonly E[], change: Change<M, E>): M[] =>
  events.reduce(change, part);
