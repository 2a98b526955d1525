/** All that knows the drag-and-drop library: cards and stages by pointer. Keys and menus take other ways to the same actions. */
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
  type ElementDropTargetEventBasePayload,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { besideCard, dropLead, type Landing, setLanding } from './landing';
import { boardUi } from './store';
import { isTouching } from './touch-drag';
import type { OpenBoard } from './use-board';

type Payload = Record<string | symbol, unknown>;
type Location = ElementDropTargetEventBasePayload['location'];

const LEAD = 'lead';
const STAGE = 'stage';
const is = (kind: string, data: Payload) => data.kind === kind;

/** The row of a card: the card is picked up, the whole row (with the gap around it) is dropped on. */
export function useLeadRow(
  row: RefObject<HTMLElement | null>,
  card: RefObject<HTMLElement | null>,
  lead: { id: string; stage_id: string },
  fixed: boolean,
): void {
  const { id, stage_id } = lead;
  useEffect(() => {
    if (!row.current || !card.current) return;
    return combine(
      draggable({
        element: card.current,
        // A finger drags in its own way.
        canDrag: () => !fixed && !isTouching(),
        getInitialData: () => ({ kind: LEAD, leadId: id }),
      }),
      dropTargetForElements({
        element: row.current,
        canDrop: ({ source }) => is(LEAD, source.data),
        getData: ({ input, element }) =>
          attachClosestEdge(
            { kind: 'row', leadId: id, stageId: stage_id },
            { input, element, allowedEdges: ['top', 'bottom'] },
          ),
      }),
    );
  }, [row, card, id, stage_id, fixed]);
}

/** A stage: takes cards anywhere in it, and other stages beside it. */
export function useStageTarget(
  column: RefObject<HTMLElement | null>,
  handle: RefObject<HTMLElement | null>,
  list: RefObject<HTMLElement | null>,
  stageId: string,
  mayReorder: boolean,
): void {
  useEffect(() => {
    if (!column.current || !handle.current || !list.current) return;
    return combine(
      draggable({
        element: handle.current,
        canDrag: () => mayReorder,
        getInitialData: () => ({ kind: STAGE, stageId }),
      }),
      dropTargetForElements({
        element: column.current,
        canDrop: ({ source }) => is(LEAD, source.data) || is(STAGE, source.data),
        getData: ({ input, element, source }) =>
          is(STAGE, source.data)
            ? attachClosestEdge({ kind: STAGE, stageId }, { input, element, allowedEdges: ['left', 'right'] })
            : { kind: STAGE, stageId },
      }),
      autoScrollForElements({ element: list.current, canScroll: ({ source }) => is(LEAD, source.data) }),
    );
  }, [column, handle, list, stageId, mayReorder]);
}

/** Follows every drag on the board, shows where it would land, and does it on the drop. */
export function useBoardDrags(scroller: RefObject<HTMLElement | null>, open: OpenBoard | null): void {
  const { t } = useTranslation();
  const latest = useRef({ open, t });
  latest.current = { open, t };

  useEffect(() => {
    const nothing = { draggingId: null, draggingStageId: null, landing: null, stageLanding: null };
    const stop = combine(
      monitorForElements({
        canMonitor: ({ source }) => is(LEAD, source.data) || is(STAGE, source.data),
        onDragStart({ source }) {
          const { open, t } = latest.current;
          if (is(STAGE, source.data)) return boardUi.set({ draggingStageId: source.data.stageId as string });
          const leadId = source.data.leadId as string;
          boardUi.set({ draggingId: leadId });
          const lead = open?.board.leads.find((known) => known.id === leadId);
          if (lead) announce(t('board.announcePicked', { title: lead.title }));
        },
        onDrag({ source, location }) {
          if (!latest.current.open) return;
          if (is(STAGE, source.data)) boardUi.set({ stageLanding: stageLanding(location, source.data) });
          else setLanding(leadLanding(location, latest.current.open));
        },
        onDrop({ source, location }) {
          boardUi.set(nothing);
          const { open, t } = latest.current;
          if (!open || location.current.dropTargets.length === 0) return;
          if (is(STAGE, source.data))
            dropStage(open, source.data.stageId as string, stageLanding(location, source.data));
          else dropLead(open, source.data.leadId as string, leadLanding(location, open), t);
        },
      }),
      scroller.current ? autoScrollForElements({ element: scroller.current }) : () => undefined,
    );
    return () => {
      stop();
      boardUi.set(nothing);
    };
  }, [scroller]);
}

function leadLanding(location: Location, open: OpenBoard): Landing {
  const target = location.current.dropTargets[0]?.data;
  if (!target) return null;
  const stageId = target.stageId as string;
  if (target.kind !== 'row') return { stageId, beforeId: null };
  const edge = extractClosestEdge(target) === 'top' ? 'top' : 'bottom';
  return besideCard(open, stageId, target.leadId as string, edge);
}

function stageLanding(
  location: Location,
  source: Payload,
): { stageId: string; edge: 'left' | 'right' } | null {
  const target = location.current.dropTargets.find(({ data }) => is(STAGE, data))?.data;
  const edge = target && extractClosestEdge(target);
  if (!target || target.stageId === source.stageId || (edge !== 'left' && edge !== 'right')) return null;
  return { stageId: target.stageId as string, edge };
}

function dropStage(open: OpenBoard, stageId: string, landing: ReturnType<typeof stageLanding>): void {
  const stage = open.board.stages.find((known) => known.id === stageId);
  if (!stage || !landing) return;
  const others = open.board.stages.filter((other) => other.id !== stageId);
  const index = others.findIndex((other) => other.id === landing.stageId);
  if (index !== -1) open.actions.moveStage(stage, landing.edge === 'left' ? index : index + 1);
}
