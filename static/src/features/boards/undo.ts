/** What one can take back on this board, told from its events alone: so it holds in every window one has open. */
import type { EventFrame } from '@/live/frames';
import { type Deed, deedOf } from './deeds';
import type { Board } from './types';

export interface Step {
  /** The event that taking this step back undoes. */
  seq: number;
  /** What one did; a step that was taken back and done again is still the same deed. */
  deed: Deed;
  /** The event that this one took back itself. */
  undoes: number | null;
}

export interface UndoStack {
  /** What can be undone, the last at the end. */
  done: readonly Step[];
  /** What was undone and can be done again. */
  undone: readonly Step[];
}

export const NOTHING: UndoStack = { done: [], undone: [] };

/** How many steps are remembered. */
const DEPTH = 100;

/** The stack after an event, given the board right before it. */
export function follow(stack: UndoStack, event: EventFrame, me: string, before: Board | null): UndoStack {
  const { seq } = event;
  const mine = event.by?.id === me;
  const undoes = event.undoes_seq ?? null;
  if (undoes !== null) {
    // A deleted stage comes back in several events; the first of them is the one to take back.
    if ([...stack.done, ...stack.undone].some((step) => step.undoes === undoes)) return stack;
    const find = (steps: readonly Step[]) => steps.find((step) => step.seq === undoes);
    const [done, undone] = [find(stack.done), find(stack.undone)];
    if (done || undone) {
      const rest = without(stack, undoes);
      if (!mine) return rest;
      if (done) return { ...rest, undone: [...rest.undone, { seq, undoes, deed: done.deed }] };
      if (undone) return { ...rest, done: [...rest.done, { seq, undoes, deed: undone.deed }] };
    }
  }
  if (!mine || !isUndoable(event)) return stack;
  return { done: [...stack.done, { seq, undoes, deed: deedOf(before, event) }].slice(-DEPTH), undone: [] };
}

/** The stack without a step that can no longer be taken back. */
export function without(stack: UndoStack, seq: number): UndoStack {
  const others = (steps: readonly Step[]) => steps.filter((step) => step.seq !== seq);
  return { done: others(stack.done), undone: others(stack.undone) };
}

export const isUndoable = (event: EventFrame): boolean =>
  event.type.startsWith('lead.') || event.type.startsWith('stage.') || event.type === 'board.updated';

/** Whether taking it back needs the right to rebuild the board, and not only to work on it. */
export const concernsTheBoard = (event: EventFrame): boolean => !event.type.startsWith('lead.');
