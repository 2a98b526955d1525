/**
 * Dragging a card by finger: held for a moment it comes along, and the board scrolls where it nears an edge. Let go
 * where it was, its menu opens instead. The browsers' own long-press drags differ too much to build on.
 */
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { besideCard, dropLead, type Landing, setLanding } from './landing';
import { boardUi } from './store';
import type { Lead } from './types';
import { type OpenBoard, useBoardTools } from './use-board';

const HOLD_MS = 350;
/** A finger that slips further than this before the time is up scrolls. */
const SLIP_PX = 10;
const EDGE_PX = 48;
const SCROLL_PX = 8;

interface Point {
  x: number;
  y: number;
}

let touching = false;

/** Whether a finger is on a card, so that the browser does not begin a drag of its own. */
export const isTouching = (): boolean => touching;

interface Carrier {
  drop(landing: Landing): void;
  openMenu(): void;
  board(): OpenBoard;
}

export function useTouchDrag(
  card: RefObject<HTMLElement | null>,
  lead: Lead,
  fixed: boolean,
  openMenu: () => void,
): void {
  const { t } = useTranslation();
  const { latest } = useBoardTools();
  const carrier = useRef<Carrier | null>(null);
  carrier.current = {
    drop: (landing) => dropLead(latest(), lead.id, landing, t),
    openMenu,
    board: latest,
  };
  const { id } = lead;

  useEffect(() => {
    const element = card.current;
    if (!element || fixed) return;
    const begin = (event: TouchEvent) => {
      const onControl = (event.target as Element).closest('button');
      if (event.touches.length === 1 && !onControl && carrier.current)
        carry(event, element, id, carrier.current);
    };
    // Browsers must know before the touch that its moves may be kept from scrolling.
    const keep = (event: TouchEvent) => boardUi.get().draggingId === id && event.preventDefault();
    const quiet = (event: Event) => touching && event.preventDefault();
    element.addEventListener('touchstart', begin, { passive: true });
    element.addEventListener('touchmove', keep, { passive: false });
    element.addEventListener('contextmenu', quiet);
    return () => {
      element.removeEventListener('touchstart', begin);
      element.removeEventListener('touchmove', keep);
      element.removeEventListener('contextmenu', quiet);
    };
  }, [card, id, fixed]);
}

/** One touch, from the finger on the card to its end. Its listeners outlive the card, which may be drawn anew elsewhere. */
function carry(start: TouchEvent, card: HTMLElement, leadId: string, carrier: Carrier): void {
  const target = start.target as HTMLElement;
  const from = pointOf(start);
  let at = from;
  let ghost: HTMLElement | null = null;
  let frame = 0;
  let landing: Landing = null;
  let moved = false;
  touching = true;

  const lift = () => {
    ghost = lifted(card);
    boardUi.set({ draggingId: leadId });
    navigator.vibrate?.(12);
    frame = requestAnimationFrame(follow);
  };
  const timer = setTimeout(lift, HOLD_MS);
  const follow = () => {
    if (moved) {
      scrollAt(at);
      landing = landingAt(at, carrier.board());
      setLanding(landing);
    }
    if (ghost) ghost.style.translate = `${at.x - from.x}px ${at.y - from.y}px`;
    frame = requestAnimationFrame(follow);
  };
  const onMove = (event: TouchEvent) => {
    at = pointOf(event);
    const slipped = Math.hypot(at.x - from.x, at.y - from.y) > SLIP_PX;
    if (!ghost) return slipped ? finish() : undefined;
    event.preventDefault();
    moved ||= slipped;
  };
  const onEnd = (event: TouchEvent) => {
    const carried = ghost !== null;
    finish();
    if (!carried) return;
    // Or it would count as a click on the deal.
    event.preventDefault();
    if (moved) carrier.drop(landing);
    else carrier.openMenu();
  };
  const finish = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    ghost?.remove();
    touching = false;
    if (ghost) boardUi.set({ draggingId: null, landing: null });
    target.removeEventListener('touchmove', onMove);
    target.removeEventListener('touchend', onEnd);
    target.removeEventListener('touchcancel', finish);
  };
  target.addEventListener('touchmove', onMove, { passive: false });
  target.addEventListener('touchend', onEnd, { passive: false });
  target.addEventListener('touchcancel', finish);
}

function pointOf(event: TouchEvent): Point {
  const touch = event.touches[0] ?? event.changedTouches[0];
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
}

/** What the finger carries: the card's likeness above everything. */
function lifted(card: HTMLElement): HTMLElement {
  const { left, top, width } = card.getBoundingClientRect();
  const ghost = card.cloneNode(true) as HTMLElement;
  ghost.removeAttribute('data-lead-id');
  ghost.inert = true;
  ghost.setAttribute('aria-hidden', 'true');
  Object.assign(ghost.style, {
    position: 'fixed',
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    zIndex: '200',
    pointerEvents: 'none',
    rotate: '2deg',
    boxShadow: 'var(--shadow-float)',
  });
  (card.closest('main') ?? document.body).append(ghost);
  return ghost;
}

function landingAt({ x, y }: Point, open: OpenBoard): Landing {
  const below = document.elementFromPoint(x, y);
  const stageId = below?.closest<HTMLElement>('[data-stage-id]')?.dataset.stageId;
  if (!stageId) return null;
  const row = below?.closest('[data-index]')?.querySelector<HTMLElement>('[data-lead-id]');
  if (!row?.dataset.leadId) return { stageId, beforeId: null };
  const { top, height } = row.getBoundingClientRect();
  return besideCard(open, stageId, row.dataset.leadId, y < top + height / 2 ? 'top' : 'bottom');
}

/** Scrolls the board and the column under the finger where it nears their edges. */
function scrollAt({ x, y }: Point): void {
  const column = document.elementFromPoint(x, y)?.closest('[data-stage-id]');
  const list = column?.querySelector('[data-scrolls]');
  const board = document.querySelector('[data-board-scroller]');
  if (board)
    board.scrollLeft += pull(x, board.getBoundingClientRect().left, board.getBoundingClientRect().right);
  if (list) list.scrollTop += pull(y, list.getBoundingClientRect().top, list.getBoundingClientRect().bottom);
}

function pull(at: number, start: number, end: number): number {
  if (at < start + EDGE_PX) return -SCROLL_PX;
  if (at > end - EDGE_PX) return SCROLL_PX;
  return 0;
}
