/** Cards that others move glide to their new place; one's own are simply there. */
import { useEffect, useLayoutEffect } from 'react';
import { useSession } from '@/api/queries';
import type { EventFrame } from '@/live/frames';
import type { LiveEntity } from '@/live/react';
import { personColor } from '@/ui/person-avatar';
import { leadOf } from './deeds';
import { boardUi } from './store';
import type { Board } from './types';

const GLIDE_MS = 180;
const GLOW_MS = 1_400;

interface Departure {
  leadId: string;
  from: DOMRect | null;
  ghost: HTMLElement | null;
  color: string;
}

export const cardElement = (leadId: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-lead-id="${CSS.escape(leadId)}"]`);

/** How many cards glide or glow right now. */
let onTheirWay = 0;

/** The cards that are about to move. Written by `depart`, read as soon as the board they move on is on the screen. */
let departures: Departure[] = [];

/** Lets cards glide on the board that is shown: what others do to the live one, or the steps through its past. */
export function useGlide({ topic }: LiveEntity<Board>, shown: Board | null, past: boolean): void {
  const me = useSession()?.user.id;
  useEffect(() => {
    if (past) return;
    return topic.observe((event) => {
      if (event.by?.id !== me && !document.hidden) depart(event);
    });
  }, [topic, me, past]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once the board behind the departures is on the screen
  useLayoutEffect(() => {
    const leaving = departures;
    departures = [];
    // A storm of moves is not watched card by card.
    if (leaving.length > 12 - onTheirWay || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const departure of leaving) arrive(departure);
  }, [shown]);
}

/** Remembers where the card of an event is, right before the event shows. */
export function depart(event: EventFrame): void {
  const leadId = event.type === 'lead.moved' || event.type === 'lead.updated' ? leadOf(event) : null;
  if (!event.by || !leadId || leadId === boardUi.get().draggingId) return;
  const element = cardElement(leadId);
  const moved = event.type === 'lead.moved' && element;
  departures = departures.filter((departure) => departure.leadId !== leadId);
  departures.push({
    leadId,
    from: moved ? element.getBoundingClientRect() : null,
    ghost: moved ? (element.cloneNode(true) as HTMLElement) : null,
    color: personColor(event.by.id),
  });
}

function arrive({ leadId, from, ghost, color }: Departure): void {
  const element = cardElement(leadId);
  if (!element?.animate) return;
  onTheirWay += 1;
  const glow = () => {
    const shine = element.animate(
      [{ boxShadow: `0 0 0 2px ${color}` }, { boxShadow: '0 0 0 2px transparent' }],
      { duration: GLOW_MS, easing: 'ease-in' },
    );
    shine.onfinish = shine.oncancel = () => {
      onTheirWay -= 1;
    };
  };
  const to = element.getBoundingClientRect();
  if (!from || !ghost || (from.x === to.x && from.y === to.y)) {
    glow();
    return;
  }
  ghost.removeAttribute('data-lead-id');
  ghost.inert = true;
  ghost.setAttribute('aria-hidden', 'true');
  Object.assign(ghost.style, {
    position: 'fixed',
    left: `${to.x}px`,
    top: `${to.y}px`,
    width: `${to.width}px`,
    margin: '0',
    zIndex: '50',
    pointerEvents: 'none',
  });
  (element.closest('main') ?? document.body).append(ghost);
  element.style.visibility = 'hidden';
  const flight = ghost.animate(
    [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: 'none' }],
    { duration: GLIDE_MS, easing: 'cubic-bezier(0.2, 0.7, 0.3, 1)' },
  );
  const land = () => {
    ghost.remove();
    element.style.visibility = '';
    glow();
  };
  flight.onfinish = land;
  flight.oncancel = land;
}
