/**
 * The twin of the server's `evolve`: `(board, event) → board`, pure. It works out positions, counts and totals by
 * itself and must end where a fresh snapshot would.
 */
import type { EventFrame } from '@/live/frames';
import { sumAmounts } from '@/ui/money';
import type { Board, Lead, Stage } from './types';

/** What of an event the board needs; predictions are made of the same. */
export type BoardEvent = Pick<EventFrame, 'type' | 'data' | 'gone'>;

interface LeadMoved {
  lead_id: string;
  stage_id: string;
  position: number;
}

export function reduce(board: Board, event: BoardEvent): Board {
  switch (event.type) {
    case 'lead.created':
      return placeLead(board, event.data as Lead);
    case 'lead.updated':
      return updateLead(board, event.data as Lead);
    case 'lead.moved':
      return moveLead(board, event.data as LeadMoved);
    case 'lead.deleted':
      return removeLeads(board, [(event.data as { lead_id: string }).lead_id]);
    case 'hidden':
      return event.gone?.length ? removeLeads(board, event.gone) : board;
    case 'stage.created':
      return createStage(board, event.data as Stage);
    case 'stage.updated':
      return updateStage(board, event.data as Stage);
    case 'stage.deleted':
      return deleteStage(board, event.data as { stage_id: string; moved_to: string | null });
    case 'stage.reordered':
      return reorderStages(board, (event.data as { stage_ids: string[] }).stage_ids);
    case 'board.updated': {
      const { stages, leads } = board;
      return { ...board, ...(event.data as Partial<Board>), stages, leads };
    }
    default:
      // Numbered but not about what is shown here; `board.deleted` ends the subscription by a frame of its own.
      return board;
  }
}

export function leadsOf(board: Board, stageId: string): Lead[] {
  return board.leads.filter((lead) => lead.stage_id === stageId).sort((a, b) => a.position - b.position);
}

/** Puts a lead at its own stage and position, whether it is new or was elsewhere. */
function placeLead(board: Board, lead: Lead): Board {
  const others = board.leads.filter((other) => other.id !== lead.id);
  const column = leadsOf({ ...board, leads: others }, lead.stage_id);
  column.splice(Math.min(Math.max(lead.position, 0), column.length), 0, lead);
  const old = board.leads.find((other) => other.id === lead.id);
  const changed = new Map([[lead.stage_id, column]]);
  if (old && old.stage_id !== lead.stage_id) {
    changed.set(old.stage_id, leadsOf({ ...board, leads: others }, old.stage_id));
  }
  return withColumns(board, changed);
}

function updateLead(board: Board, lead: Lead): Board {
  return board.leads.some((known) => known.id === lead.id) ? placeLead(board, lead) : board;
}

function moveLead(board: Board, moved: LeadMoved): Board {
  const lead = board.leads.find((known) => known.id === moved.lead_id);
  if (!lead) return board;
  return placeLead(board, { ...lead, stage_id: moved.stage_id, position: moved.position });
}

function removeLeads(board: Board, ids: readonly string[]): Board {
  const gone = board.leads.filter((lead) => ids.includes(lead.id));
  if (gone.length === 0) return board;
  const left = { ...board, leads: board.leads.filter((lead) => !ids.includes(lead.id)) };
  const touched = new Set(gone.map((lead) => lead.stage_id));
  return withColumns(left, new Map([...touched].map((stageId) => [stageId, leadsOf(left, stageId)])));
}

function createStage(board: Board, stage: Stage): Board {
  const stages = board.stages.filter((other) => other.id !== stage.id);
  stages.splice(Math.min(stage.position, stages.length), 0, stage);
  return withStages(board, stages);
}

function updateStage(board: Board, stage: Stage): Board {
  return withStages(
    board,
    board.stages.map((known) =>
      known.id === stage.id
        ? { ...stage, position: known.position, lead_count: known.lead_count, total_value: known.total_value }
        : known,
    ),
  );
}

function deleteStage(
  board: Board,
  { stage_id, moved_to }: { stage_id: string; moved_to: string | null },
): Board {
  const orphans = leadsOf(board, stage_id);
  const rest = {
    ...board,
    stages: board.stages.filter((stage) => stage.id !== stage_id),
    leads: board.leads.filter((lead) => lead.stage_id !== stage_id),
  };
  if (moved_to === null || orphans.length === 0) return withStages(rest, rest.stages);
  const heirs = [...leadsOf(rest, moved_to), ...orphans.map((lead) => ({ ...lead, stage_id: moved_to }))];
  const inherited = withColumns(rest, new Map([[moved_to, heirs]]));
  return withStages(inherited, inherited.stages);
}

function reorderStages(board: Board, ids: readonly string[]): Board {
  const place = new Map(ids.map((id, index) => [id, index]));
  const last = ids.length;
  const stages = [...board.stages].sort(
    (a, b) => (place.get(a.id) ?? last + a.position) - (place.get(b.id) ?? last + b.position),
  );
  return withStages(board, stages);
}

/** Renumbers stages and puts the leads in stage order; stages that did not change stay the same objects. */
function withStages(board: Board, stages: Stage[]): Board {
  const numbered = stages.map((stage, position) =>
    stage.position === position ? stage : { ...stage, position },
  );
  return { ...board, stages: numbered, leads: inStageOrder(numbered, board.leads) };
}

/** Replaces whole columns: renumbers their leads and works out count and total of their stages. */
function withColumns(board: Board, columns: ReadonlyMap<string, Lead[]>): Board {
  const placed = new Map<string, Lead[]>();
  for (const [stageId, leads] of columns) {
    placed.set(
      stageId,
      leads.map((lead, position) =>
        lead.position === position && lead.stage_id === stageId
          ? lead
          : { ...lead, stage_id: stageId, position },
      ),
    );
  }
  const moved = new Set([...placed.values()].flat().map((lead) => lead.id));
  const untouched = board.leads.filter((lead) => !placed.has(lead.stage_id) && !moved.has(lead.id));
  const stages = board.stages.map((stage) => {
    const leads = placed.get(stage.id);
    if (!leads) return stage;
    const total_value = sumAmounts(leads.map((lead) => lead.value));
    if (stage.lead_count === leads.length && stage.total_value === total_value) return stage;
    return { ...stage, lead_count: leads.length, total_value };
  });
  return { ...board, stages, leads: inStageOrder(stages, [...untouched, ...[...placed.values()].flat()]) };
}

function inStageOrder(stages: readonly Stage[], leads: readonly Lead[]): Lead[] {
  const place = new Map(stages.map((stage) => [stage.id, stage.position]));
  return [...leads].sort(
    (a, b) => (place.get(a.stage_id) ?? 0) - (place.get(b.stage_id) ?? 0) || a.position - b.position,
  );
}
