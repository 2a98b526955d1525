import { create } from 'zustand';
import type { Actor } from '@/live/frames';
import type { Present } from '@/live/presence';

interface BoardUi {
  /** The card in hand. Here and not in the card, which may be mounted anew when someone else moves it meanwhile. */
  draggingId: string | null;
  draggingStageId: string | null;
  /** Where the card in hand would land: in front of a card, or (null) at the end of the stage. */
  landing: { stageId: string; beforeId: string | null } | null;
  stageLanding: { stageId: string; edge: 'left' | 'right' } | null;
  /** The card that takes the focus as soon as it is on the screen. */
  focusId: string | null;
  /** The card whose menu is open, and where its button is. */
  menu: { leadId: string; anchor: DOMRect } | null;
  /** The card that the event is about at which one looks in the history, and who did it. */
  marked: { leadId: string; by: Actor } | null;
  /** Who else is at the board. */
  others: readonly Present[];
  /** The field of a deal that one is in. */
  editing: { leadId: string; field: string } | null;
  /** The stage in which a title is being typed. */
  addingTo: string | null;
}

export const useBoardUi = create<BoardUi>(() => ({
  draggingId: null,
  draggingStageId: null,
  landing: null,
  stageLanding: null,
  focusId: null,
  menu: null,
  marked: null,
  others: [],
  editing: null,
  addingTo: null,
}));

export const boardUi = {
  set: useBoardUi.setState,
  get: useBoardUi.getState,
  reset: () => useBoardUi.setState(useBoardUi.getInitialState()),
};
