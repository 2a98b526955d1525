/** Says what one does on the board, and brings what others do to the cards and fields that show it. */
import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import type { Actor } from '@/live/frames';
import { type Activity, VIEWING } from '@/live/presence';
import { type LiveEntity, live as liveClient } from '@/live/react';
import { firstName } from '@/ui/person-avatar';
import { type Claim, claimsOn, heldBy } from './locks';
import { boardUi, useBoardUi } from './store';
import type { Board, Lead, LeadFields } from './types';

/** Keeps this window's part in the board's presence: what it tells, and what it hears of others. */
export function useBoardPresence({ topic }: LiveEntity<Board>): void {
  const me = useSession()?.user.id;
  const present = useSyncExternalStore(topic.subscribePresent, topic.getPresent);
  useEffect(() => {
    boardUi.set({ others: present.filter(({ user }) => user.id !== me) });
  }, [present, me]);

  useEffect(() => {
    const say = () => liveClient.say(topic.name, activityOf(boardUi.get()));
    say();
    const stop = useBoardUi.subscribe(say);
    return () => {
      stop();
      liveClient.say(topic.name, null);
    };
  }, [topic]);
}

function activityOf({ draggingId, editing }: ReturnType<typeof boardUi.get>): Activity {
  if (draggingId) return { name: 'dragging', data: { lead_id: draggingId } };
  if (editing) return { name: 'editing', data: { lead_id: editing.leadId, field: editing.field } };
  return VIEWING;
}

export type Field = keyof LeadFields;

export interface FieldLock {
  by: Actor;
  /** One was writing here when they took it over. */
  taken: boolean;
}

/** Who writes where in one deal. */
export interface FieldSharing {
  lockOf(field: Field): FieldLock | null;
  enter(field: Field): void;
  leave(field: Field): void;
}

/** Null for a deal that nobody else can see yet. */
export function useFieldSharing(lead: Lead | null, readOnly: boolean): FieldSharing | null {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const others = useBoardUi((ui) => ui.others);
  const [mine, setMine] = useState<(Claim & { field: Field }) | null>(null);
  const [lost, setLost] = useState<ReadonlySet<Field>>(new Set());
  const leadId = readOnly ? null : (lead?.id ?? null);
  const words = useRef(t);
  words.current = t;

  useEffect(() => {
    boardUi.set({ editing: mine && leadId ? { leadId, field: mine.field } : null });
    return () => boardUi.set({ editing: null });
  }, [mine, leadId]);

  const rival = mine && leadId && user ? heldBy(mine, claimsOn(others, user.id, leadId, mine.field)) : null;
  useEffect(() => {
    if (!rival || !mine) return;
    setMine(null);
    setLost((before) => new Set(before).add(mine.field));
    announce(words.current('lead.taken', { who: firstName(rival.name) }));
  }, [rival, mine]);

  return useMemo(() => {
    if (!leadId || !user) return null;
    return {
      lockOf(field) {
        const by = heldBy(mine?.field === field ? mine : null, claimsOn(others, user.id, leadId, field));
        return by && { by, taken: lost.has(field) };
      },
      enter(field) {
        setLost((before) => new Set([...before].filter((known) => known !== field)));
        setMine((before) =>
          before?.field === field
            ? before
            : { field, by: { id: user.id, name: user.full_name }, at: Date.now() },
        );
      },
      leave: (field) => setMine((before) => (before?.field === field ? null : before)),
    };
  }, [leadId, user, mine, others, lost]);
}
