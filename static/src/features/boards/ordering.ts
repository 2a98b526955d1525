/** Where a card goes, said as the card it follows: that holds although others move cards meanwhile. */
import { leadsOf } from './reduce';
import type { Board, Lead } from './types';

export interface Destination {
  stageId: string;
  /** null: first. */
  afterLeadId: string | null;
}

/**
 * A drop in front of a card on the screen (`beforeId`, null: behind the last one shown). With filters on, cards between
 * may be hidden; the dropped card then follows the one it was seen behind.
 */
export function dropBefore(
  board: Board,
  shown: readonly Lead[],
  stageId: string,
  beforeId: string | null,
  leadId: string,
): Destination {
  const seen = shown.filter((lead) => lead.id !== leadId);
  const index = beforeId === null ? -1 : seen.findIndex((lead) => lead.id === beforeId);
  const above = seen[(index === -1 ? seen.length : index) - 1];
  if (above) return { stageId, afterLeadId: above.id };

  const all = leadsOf(board, stageId).filter((lead) => lead.id !== leadId);
  const below = seen[index];
  const place = below ? all.findIndex((lead) => lead.id === below.id) : all.length;
  return { stageId, afterLeadId: all[place - 1]?.id ?? null };
}

/** Whether the lead would stand where it stands already. */
export function isSamePlace(board: Board, lead: Lead, destination: Destination): boolean {
  if (lead.stage_id !== destination.stageId) return false;
  const column = leadsOf(board, lead.stage_id);
  const index = column.findIndex((other) => other.id === lead.id);
  return (column[index - 1]?.id ?? null) === destination.afterLeadId;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The destination of a step by keyboard, null at the edge. Sideways a card keeps its height. */
export function step(
  board: Board,
  shownIn: (stageId: string) => readonly Lead[],
  lead: Lead,
  direction: Direction,
): Destination | null {
  const shown = shownIn(lead.stage_id);
  const index = shown.findIndex((other) => other.id === lead.id);
  if (direction === 'up' || direction === 'down') {
    const neighbour = shown[direction === 'up' ? index - 1 : index + 1];
    if (!neighbour) return null;
    const before = direction === 'up' ? neighbour.id : (shown[index + 2]?.id ?? null);
    return dropBefore(board, shown, lead.stage_id, before, lead.id);
  }
  const stageIndex = board.stages.findIndex((stage) => stage.id === lead.stage_id);
  const stage = board.stages[stageIndex + (direction === 'left' ? -1 : 1)];
  if (!stage) return null;
  const target = shownIn(stage.id);
  return dropBefore(board, target, stage.id, target[index]?.id ?? null, lead.id);
}
