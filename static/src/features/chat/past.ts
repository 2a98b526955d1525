/** What of a room's history has been loaded beside its newest messages. Pure. */
import { changeMessages, type RoomEvent } from './reduce';
import type { Message } from './types';

/** Messages without a hole, oldest first; they may end right before the newest ones, or somewhere earlier after a jump. */
export type Past = Message[];

export interface Shown {
  messages: Message[];
  hasOlder: boolean;
  /** Whether something lies between the end of what is shown and now. */
  hasNewer: boolean;
}

const EVERYTHING_BEFORE = 1;

/** What there is to see: history and newest messages as one, or, after a jump far back, that part of history alone. */
export function shown(past: Past, newest: Message[]): Shown {
  const first = newest[0];
  const last = past.at(-1);
  const hasNewer = first !== undefined && last !== undefined && last.number < first.number - 1;
  const older = first && !hasNewer ? past.filter((message) => message.number < first.number) : past;
  const messages = hasNewer ? past : [...older, ...newest];
  return { messages, hasOlder: (messages[0]?.number ?? EVERYTHING_BEFORE) > EVERYTHING_BEFORE, hasNewer };
}

/** Joins a loaded part to what is there; a part that does not touch it takes its place. */
export function join(past: Past, part: Message[]): Past {
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

/** A part that was asked for while events arrived: whether or not it knew of them already, it does afterwards. */
export const caughtUp = (part: Message[], events: readonly RoomEvent[]): Message[] =>
  events.reduce(changeMessages, part);
