/** Cards that others move glide to their new place; one's own are simply there. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useSession } from '@/api/queries';
import type { LiveEntity } from '@/live/react';
import { personColor } from '@/ui/person-avatar';
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

export function useGlide(live: LiveEntity<Board>): void {
  const me = useSession()?.user.id;
  const { topic, state } = live;
  const departures = useRef<Departure[]>([]);

  useEffect(
    () =>
      topic.observe((event) => {
        if (!event.by || event.by.id === me || document.hidden) return;
        const data = event.data as { lead_id?: string; id?: string };
        const leadId =
          event.type === 'lead.moved' ? data.lead_id : event.type === 'lead.updated' ? data.id : undefined;
        if (!leadId || leadId === boardUi.get().draggingId) return;
        const element = cardElement(leadId);
        const moved = event.type === 'lead.moved' && element;
        departures.current = departures.current.filter((departure) => departure.leadId !== leadId);
        departures.current.push({
          leadId,
          from: moved ? element.getBoundingClientRect() : null,
          ghost: moved ? (element.cloneNode(true) as HTMLElement) : null,
          color: personColor(event.by.id),
        });
      }),
    [topic, me],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once the state behind the departures is on the screen
  useLayoutEffect(() => {
    const leaving = departures.current;
    departures.current = [];
    // A storm of moves is not watched card by card.
    if (leaving.length > 12 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const departure of leaving) arrive(departure);
  }, [state]);
}

function arrive({ leadId, from, ghost, color }: Departure): void {
  const element = cardElement(leadId);
  if (!element?.animate) return;
  const glow = () =>
    element.animate([{ boxShadow: `0 0 0 2px ${color}` }, { boxShadow: '0 0 0 2px transparent' }], {
      duration: GLOW_MS,
      easing: 'ease-in',
    });
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
