import type { Entity } from '@/live/topic';
import type { Counter } from './fake-live-server';

/** The simplest live entity there is: a list of marks. */
export const counterEntity: Entity<Counter> = {
  read: (snapshot) => snapshot as Counter,
  reduce: (state, event) => ({ marks: [...state.marks, (event.data as { mark: string }).mark] }),
  predict: (state, command) => ({ marks: [...state.marks, command.data.mark as string] }),
  echoes: (event, command) => (event.data as { mark: string }).mark === command.data.mark,
};
