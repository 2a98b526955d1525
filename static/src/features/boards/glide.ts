/** Cards that others move glide to their new place; one's own are simply there. */
import { useEffect, useLayoutEffect } from 'react';
import { useSession } from '@/api/queries';
import type { EventFrame } from '@/live/frames';
import type { LiveEntity } from '@/live/react';
import { createGlide } from '@/ui/glide';
import { personColor } from '@/ui/person-avatar';
import { leadOf } from './deeds';
import { boardUi } from './store';
import type { Board } from './types';

const glide = createGlide('data-lead-id');

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
  useLayoutEffect(() => glide.arrive(), [shown]);
}

/** Remembers where the card of an event is, right before the event shows. */
export function depart(event: EventFrame): void {
  const leadId = event.type === 'lead.moved' || event.type === 'lead.updated' ? leadOf(event) : null;
  if (!event.by || !leadId || leadId === boardUi.get().draggingId) return;
  glide.depart(leadId, personColor(event.by.id), event.type === 'lead.moved');
}
