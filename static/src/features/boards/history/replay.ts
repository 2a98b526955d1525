/** The past of a board, in windows of events: each begins with the board as it stood and is played from there. */
import type { EventFrame } from '@/live/frames';
import { reduce } from '../reduce';
import type { Board } from '../types';

/** How far a history goes: the board stood at `first`, and each number up to `last` is an event. */
export interface Range {
  first: number;
  last: number;
}

/** As many events as one answer of the server holds. */
export const WINDOW = 200;

/** The window in which a number lies; the number a window begins with belongs to the one before it. */
export const windowOf = (first: number, seq: number): number =>
  Math.max(0, Math.ceil((seq - first) / WINDOW) - 1);

export const windowStart = (first: number, index: number): number => first + index * WINDOW;

/** One window. Boards are worked out when first asked for and kept, so that going back costs nothing. */
export class Replay {
  private readonly boards: Board[];
  private readonly events: EventFrame[] = [];

  constructor(
    /** The number of the board it begins with. */
    readonly from: number,
    base: Board,
    events: readonly EventFrame[],
  ) {
    this.boards = [base];
    for (const event of events) if (!this.append(event)) throw new Error('the history has a gap');
  }

  get to(): number {
    return this.from + this.events.length;
  }

  /** Takes the next event; false if it is not the next, or no longer of this window. */
  append(event: EventFrame): boolean {
    if (event.seq !== this.to + 1 || this.events.length >= WINDOW) return false;
    this.events.push(event);
    return true;
  }

  /** The board right after this event; null outside of what is known. */
  at(seq: number): Board | null {
    const index = seq - this.from;
    if (index < 0 || seq > this.to) return null;
    for (let next = this.boards.length; next <= index; next += 1) {
      const [board, event] = [this.boards[next - 1], this.events[next - 1]];
      if (!board || !event) return null;
      this.boards[next] = reduce(board, event);
    }
    return this.boards[index] ?? null;
  }

  event(seq: number): EventFrame | null {
    return this.events[seq - this.from - 1] ?? null;
  }

  /** The event that took this one back, as far as this window tells. */
  undoneBy(seq: number): EventFrame | null {
    return this.events.find((event) => event.undoes_seq === seq) ?? null;
  }
}
