/** The board as the live module sees it: how to read it, follow it, and foresee one's own commands. */
import type { EventFrame } from '@/live/frames';
import type { Entity, PendingCommand } from '@/live/topic';
import { type BoardEvent, leadsOf, reduce } from './reduce';
import { type Board, type Lead, type Stage, UNSAVED } from './types';

export const boardTopic = (boardId: string): string => `board:${boardId}`;

export const boardEntity: Entity<Board> = {
  read: (snapshot) => snapshot as Board,
  reduce,
  predict(view, command) {
    const event = foresee(view, command);
    return event ? reduce(view, event) : view;
  },
  echoes(event, command) {
    if (event.by?.id !== command.by.id) return false;
    const expected = ECHOES[command.name];
    return expected?.type === event.type && expected.matches(event, command.data);
  },
};

type Foreseen = BoardEvent | null;

/** The event a command will become, judged by the state in view; null when that state no longer allows to tell. */
function foresee(view: Board, command: PendingCommand): Foreseen {
  const { data } = command;
  const lead = view.leads.find((known) => known.id === data.lead_id);
  const stage = view.stages.find((known) => known.id === data.stage_id);
  switch (command.name) {
    case 'create_lead':
      return { type: 'lead.created', data: newLead(view, command) };
    case 'update_lead':
      return lead ? { type: 'lead.updated', data: { ...lead, ...withoutTarget(data), id: lead.id } } : null;
    case 'move_lead': {
      if (!lead || !stage) return null;
      const position = positionAfter(view, stage.id, data.after_lead_id as string | null, lead.id);
      return { type: 'lead.moved', data: { lead_id: lead.id, stage_id: stage.id, position } };
    }
    case 'delete_lead':
      return lead ? { type: 'lead.deleted', data: { lead_id: lead.id, stage_id: lead.stage_id } } : null;
    case 'create_stage':
      return { type: 'stage.created', data: newStage(view, command) };
    case 'update_stage':
      return stage
        ? { type: 'stage.updated', data: { ...stage, ...withoutTarget(data), id: stage.id } }
        : null;
    case 'reorder_stages':
      return { type: 'stage.reordered', data: { stage_ids: data.stage_ids } };
    case 'delete_stage':
      return stage
        ? { type: 'stage.deleted', data: { stage_id: stage.id, moved_to: data.move_to ?? null } }
        : null;
    case 'update_board':
      return { type: 'board.updated', data };
    default:
      return null;
  }
}

/** Where a lead stands once it follows `after` (null: first); last, when `after` has left the stage meanwhile. */
export function positionAfter(
  view: Board,
  stageId: string,
  after: string | null | undefined,
  leadId?: string,
): number {
  const column = leadsOf(view, stageId).filter((lead) => lead.id !== leadId);
  if (after === null) return 0;
  const index = column.findIndex((lead) => lead.id === after);
  return index === -1 ? column.length : index + 1;
}

function newLead(view: Board, command: PendingCommand): Lead {
  const now = new Date().toISOString();
  const stageId = (command.data.stage_id as string | undefined) ?? view.stages[0]?.id ?? '';
  return {
    description: null,
    value: null,
    priority: 'medium',
    probability: null,
    expected_close_date: null,
    assigned_to: null,
    company_id: null,
    contact_id: null,
    name: null,
    email: null,
    phone: null,
    company: null,
    cnpj: null,
    score: null,
    tags: [],
    custom: {},
    ...(command.data as { title: string }),
    id: `${UNSAVED}${command.id}`,
    board_id: view.id,
    stage_id: stageId,
    position: positionAfter(view, stageId, command.data.after_lead_id as string | null | undefined),
    created_by: command.by.id,
    created_at: now,
    updated_at: now,
  };
}

function newStage(view: Board, command: PendingCommand): Stage {
  return {
    color: '#64748B',
    kind: 'open',
    ...(command.data as { name: string }),
    id: `${UNSAVED}${command.id}`,
    board_id: view.id,
    position: view.stages.length,
    lead_count: 0,
    total_value: '0.00',
  };
}

function withoutTarget(data: Record<string, unknown>): Record<string, unknown> {
  const { lead_id: _lead, stage_id: _stage, ...fields } = data;
  return fields;
}

type Data = Record<string, unknown>;
interface Echo {
  type: string;
  matches(event: EventFrame, command: Data): boolean;
}

const same =
  (...fields: string[]) =>
  (event: EventFrame, command: Data): boolean =>
    fields.every((field) => (event.data as Data)[field] === command[field]);
const sameId =
  (field: string) =>
  (event: EventFrame, command: Data): boolean =>
    (event.data as Data).id === command[field];

/** Only what would show twice (or as undone) if both the event and the waiting command counted. */
const ECHOES: Record<string, Echo> = {
  create_lead: { type: 'lead.created', matches: same('title') },
  create_stage: { type: 'stage.created', matches: same('name') },
  move_lead: { type: 'lead.moved', matches: same('lead_id', 'stage_id') },
  update_lead: { type: 'lead.updated', matches: sameId('lead_id') },
  delete_lead: { type: 'lead.deleted', matches: same('lead_id') },
};
