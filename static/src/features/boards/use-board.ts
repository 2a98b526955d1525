/** The open board: its live state, what of it the filters show, and everything one can do to it. */
import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { createContext, useContext, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMayI, usePeople, useSession } from '@/api/queries';
import type { UserSummary } from '@/api/types';
import type { EventFrame } from '@/live/frames';
import type { Accepted } from '@/live/outbox';
import { type LiveEntity, useTopic } from '@/live/react';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { boardEntity, boardTopic } from './entity';
import { type Filters, isFiltering, localToday, passes, readFilters } from './filters';
import { type Destination, isSamePlace } from './ordering';
import { boardUi } from './store';
import type { Board, Lead, LeadFields, Stage, StageKind } from './types';
import { concernsTheBoard, isUndoable } from './undo';
import type { Undo, UndoActions } from './use-undo';

export interface OpenBoard {
  board: Board;
  people: ReadonlyMap<string, UserSummary>;
  filters: Filters;
  filtering: boolean;
  /** Whether this is the board as it stood, and not as it stands. */
  past: boolean;
  /** An archived board and the past are looked at, not changed. */
  readOnly: boolean;
  /** Whether the person may change the board itself: its stages. */
  mayManage: boolean;
  mayReadCompanies: boolean;
  today: string;
  /** The leads of each stage that pass the filters, in order. */
  columns: ReadonlyMap<string, Lead[]>;
  actions: BoardActions;
  undo: Undo;
  /** Whether the person has the right to take such an event back. */
  mayUndo(event: EventFrame): boolean;
}

/** What columns and cards need; it stays the same while the board changes, so that only what changed is drawn again. */
export type BoardTools = Pick<
  OpenBoard,
  'people' | 'filtering' | 'past' | 'readOnly' | 'mayManage' | 'mayReadCompanies' | 'today' | 'actions'
> & {
  /** The open board as it is at the moment of asking. */
  latest(): OpenBoard;
};

export const BoardContext = createContext<OpenBoard | null>(null);
export const BoardToolsContext = createContext<BoardTools | null>(null);

export function useOpenBoard(): OpenBoard {
  const open = useContext(BoardContext);
  if (!open) throw new Error('useOpenBoard outside of an open board');
  return open;
}

export function useBoardTools(): BoardTools {
  const tools = useContext(BoardToolsContext);
  if (!tools) throw new Error('useBoardTools outside of an open board');
  return tools;
}

/** The tools of this open board. */
export function useToolsOf(open: OpenBoard): BoardTools {
  const { people, filtering, past, readOnly, mayManage, mayReadCompanies, today, actions } = open;
  const current = useRef(open);
  current.current = open;
  return useMemo(
    () => ({
      people,
      filtering,
      past,
      readOnly,
      mayManage,
      mayReadCompanies,
      today,
      actions,
      latest: () => current.current,
    }),
    [people, filtering, past, readOnly, mayManage, mayReadCompanies, today, actions],
  );
}

export function useLiveBoard(boardId: string): LiveEntity<Board> {
  return useTopic(boardTopic(boardId), boardEntity);
}

/** The leads of each stage that pass the filters. A column in which nothing changed stays the same array. */
export function useColumns(
  board: Board | null,
  filters: Filters,
  today: string,
): ReadonlyMap<string, Lead[]> {
  const before = useRef<ReadonlyMap<string, Lead[]>>(new Map());
  return useMemo(() => {
    const columns = new Map<string, Lead[]>(board?.stages.map((stage) => [stage.id, []]));
    for (const lead of board?.leads ?? []) {
      if (passes(lead, filters, today)) columns.get(lead.stage_id)?.push(lead);
    }
    for (const [stageId, leads] of columns) {
      const old = before.current.get(stageId);
      if (old?.length === leads.length && leads.every((lead, index) => lead === old[index]))
        columns.set(stageId, old);
    }
    before.current = columns;
    return columns;
  }, [board, filters, today]);
}

export function useFilters(): { filters: Filters; filtering: boolean } {
  const [params] = useSearchParams();
  return useMemo(() => {
    const filters = readFilters(params);
    return { filters, filtering: isFiltering(filters) };
  }, [params]);
}

/** What is shown of a board, and what can be done to it; null while there is none to show. */
export function useOpenBoardValue(
  board: Board | null,
  past: boolean,
  actions: BoardActions,
  undo: Undo,
): OpenBoard | null {
  const people = usePeople();
  const { filters, filtering } = useFilters();
  const today = localToday();
  const columns = useColumns(board, filters, today);
  const allowed = useMayI('boards.manage');
  const mayReadCompanies = useMayI('companies.read');
  return useMemo(() => {
    if (!board) return null;
    const readOnly = board.archived || past;
    const mayManage = allowed && !readOnly;
    const mayUndo = (event: EventFrame) => isUndoable(event) && (allowed || !concernsTheBoard(event));
    const shown = { board, past, people, filters, filtering, mayReadCompanies, today, columns };
    return { ...shown, readOnly, mayManage, actions, undo, mayUndo };
  }, [board, past, people, filters, filtering, allowed, mayReadCompanies, today, columns, actions, undo]);
}

export interface BoardActions {
  moveLead(lead: Lead, destination: Destination): void;
  createLead(fields: Partial<LeadFields> & { title: string; stage_id?: string }): Promise<Accepted>;
  updateLead(leadId: string, fields: Partial<LeadFields>): Promise<Accepted>;
  deleteLead(lead: Lead): void;
  createStage(name: string): void;
  updateStage(stage: Stage, fields: { name?: string; color?: string; kind?: StageKind }): void;
  moveStage(stage: Stage, position: number): void;
  deleteStage(stage: Stage, moveTo: string | null): void;
}

/** Stable over redraws: what it needs to know of the board it reads when it is called. */
export function useBoardActions(live: LiveEntity<Board>, undo: UndoActions): BoardActions {
  const { t } = useTranslation();
  const { topic, send } = live;
  return useMemo(() => {
    const now = () => topic.getView().state;
    const refused = (title: string) => (error: unknown) => notify.failed(title, describeError(error, t));
    const changeRefused = refused(t('board.changeRefused'));

    return {
      moveLead(lead, destination) {
        const board = now();
        if (!board || isSamePlace(board, lead, destination)) return;
        const { stageId: stage_id, afterLeadId: after_lead_id } = destination;
        const moved = send('move_lead', { lead_id: lead.id, stage_id, after_lead_id });
        const stage = board.stages.find(({ id }) => id === stage_id)?.name ?? '';
        const { title } = lead;
        if (stage_id !== lead.stage_id) undo.offer(t('board.moved', { title, stage }), moved);
        moved.catch((error: unknown) => {
          refused(t('board.moveRefused', { title }))(error);
          if (document.activeElement === document.body) boardUi.set({ focusId: lead.id });
        });
      },
      createLead: (fields) => send('create_lead', fields),
      updateLead: (leadId, fields) => send('update_lead', { lead_id: leadId, ...fields }),
      deleteLead({ id, title }) {
        const deleted = send('delete_lead', { lead_id: id });
        undo.offer(t('lead.deleted', { title }), deleted);
        deleted.catch(refused(t('lead.deleteRefused', { title })));
      },
      createStage: (name) => void send('create_stage', { name }).catch(changeRefused),
      updateStage: (stage, fields) =>
        void send('update_stage', { stage_id: stage.id, ...fields }).catch(changeRefused),
      moveStage(stage, position) {
        const stages = now()?.stages ?? [];
        const ids = stages.map(({ id }) => id).filter((id) => id !== stage.id);
        if (position < 0 || position > ids.length) return;
        ids.splice(position, 0, stage.id);
        if (ids.every((id, index) => id === stages[index]?.id)) return;
        const total = stages.length;
        announce(t('stage.announceMoved', { name: stage.name, position: position + 1, total }));
        send('reorder_stages', { stage_ids: ids }).catch(changeRefused);
      },
      deleteStage(stage, moveTo) {
        const deleted = send('delete_stage', { stage_id: stage.id, ...(moveTo && { move_to: moveTo }) });
        undo.offer(t('stage.deleted', { name: stage.name }), deleted);
        deleted.catch(changeRefused);
      },
    };
  }, [topic, send, undo, t]);
}

/** Reads out what others move. One's own moves are read out by what made them. */
export function useAnnounceOthers(live: LiveEntity<Board>, silent: boolean): void {
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const { topic } = live;
  const latest = useRef(t);
  latest.current = t;
  useEffect(
    () =>
      topic.observe((event) => {
        if (silent || event.type !== 'lead.moved' || !event.by || event.by.id === me) return;
        const board = topic.getView().state;
        const data = event.data as { lead_id: string; stage_id: string; from_stage_id?: string };
        if (data.from_stage_id === data.stage_id) return;
        const title = board?.leads.find((lead) => lead.id === data.lead_id)?.title;
        const stage = board?.stages.find((known) => known.id === data.stage_id)?.name;
        if (title && stage)
          announce(latest.current('board.announceOther', { who: event.by.name, title, stage }));
      }),
    [topic, me, silent],
  );
}
