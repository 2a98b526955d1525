/** Where a card in hand would land, and letting go of it there; whatever carries it. */
import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import type { TFunction } from 'i18next';
import { dropBefore } from './ordering';
import { boardUi } from './store';
import type { OpenBoard } from './use-board';

export type Landing = { stageId: string; beforeId: string | null } | null;

/** A drag reports with every frame; the screen is only told of changes. */
export function setLanding(landing: Landing): void {
  const old = boardUi.get().landing;
  if (old?.stageId !== landing?.stageId || old?.beforeId !== landing?.beforeId) boardUi.set({ landing });
}

/** Above or below a card that is shown. */
export function besideCard(
  open: OpenBoard,
  stageId: string,
  leadId: string,
  edge: 'top' | 'bottom',
): Landing {
  if (edge === 'top') return { stageId, beforeId: leadId };
  return { stageId, beforeId: nextOf(open.columns.get(stageId) ?? [], leadId) };
}

/** Moves the card that is let go of, and says where it went. */
export function dropLead(open: OpenBoard, leadId: string, landing: Landing, t: TFunction): void {
  const lead = open.board.leads.find((known) => known.id === leadId);
  const stage = open.board.stages.find((known) => known.id === landing?.stageId);
  if (!lead || !stage || !landing) return;
  const shown = open.columns.get(stage.id) ?? [];
  const before = landing.beforeId === leadId ? nextOf(shown, leadId) : landing.beforeId;
  open.actions.moveLead(lead, dropBefore(open.board, shown, stage.id, before, leadId));
  const others = shown.filter((other) => other.id !== leadId);
  const index = before === null ? others.length : others.findIndex((other) => other.id === before);
  const position = (index === -1 ? others.length : index) + 1;
  announce(
    t('board.announceMoved', { title: lead.title, stage: stage.name, position, total: others.length + 1 }),
  );
}

function nextOf(shown: readonly { id: string }[], leadId: string): string | null {
  return shown[shown.findIndex((lead) => lead.id === leadId) + 1]?.id ?? null;
}
