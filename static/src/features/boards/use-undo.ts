/** Taking back one's own last changes, and doing them again. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { type Accepted, CommandRefused } from '@/live/outbox';
import { type LiveEntity, live as liveClient } from '@/live/react';
import type { Topic } from '@/live/topic';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { deedText } from './deeds';
import type { Board } from './types';
import { follow, NOTHING, type UndoStack, without } from './undo';

export interface Undo {
  stack: UndoStack;
  actions: UndoActions;
}

export interface UndoActions {
  /** One's last change; whatever is still on its way arrives first. */
  undo(): void;
  redo(): void;
  /** Any event of the board. */
  takeBack(seq: number): void;
  /** Says what was done, and offers to take it back for a while. */
  offer(message: string, accepted: Promise<Accepted>): void;
}

export function useUndo(live: LiveEntity<Board>): Undo {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const { topic, send } = live;
  const [stack, setStack] = useState(NOTHING);
  const latest = useRef(NOTHING);

  const change = useRef((next: UndoStack) => {
    latest.current = next;
    setStack(next);
  }).current;
  useEffect(
    () => topic.observe((event) => change(follow(latest.current, event, me, topic.serverState()))),
    [topic, me, change],
  );

  const actions = useMemo<UndoActions>(() => {
    let queue: Promise<void> = Promise.resolve();
    // One after another: each looks at what the one before it has left.
    const inTurn = (act: () => Promise<void>) => {
      if (liveClient.getState().status !== 'live') notify.done(t('undo.waits'));
      queue = queue.then(() => settled(topic)).then(act);
    };

    const take = async (seq: number, say: 'undone' | 'redone') => {
      const { done, undone } = latest.current;
      const step = [...done, ...undone].find((known) => known.seq === seq);
      const did = step ? deedText(step.deed, t) : null;
      try {
        await send('undo', { seq });
        const back = say === 'undone' ? actions.redo : actions.undo;
        notify.done(did ? t(`undo.${say}What`, { did }) : t('undo.undone'), {
          label: t(say === 'undone' ? 'undo.redo' : 'undo.undo'),
          run: back,
        });
      } catch (error) {
        if (error instanceof CommandRefused && error.code === 'signed_out') return;
        change(without(latest.current, seq));
        notify.failed(t(`undo.${say}Not`), describeError(error, t));
      }
    };

    const actions: UndoActions = {
      undo: () =>
        inTurn(async () => {
          const step = latest.current.done.at(-1);
          if (step) await take(step.seq, 'undone');
        }),
      redo: () =>
        inTurn(async () => {
          const step = latest.current.undone.at(-1);
          if (step) await take(step.seq, 'redone');
        }),
      takeBack: (seq) => inTurn(() => take(seq, 'undone')),
      offer(message, accepted) {
        // A change that changes nothing is accepted too, with the number of somebody's event.
        const undo = async () => {
          const answer = await accepted.catch(() => null);
          if (!answer) return;
          inTurn(async () => {
            const mine = latest.current.done.some((step) => step.seq === answer.seq);
            if (mine) await take(answer.seq, 'undone');
          });
        };
        notify.done(message, { label: t('undo.undo'), run: () => void undo() });
      },
    };
    return actions;
  }, [topic, send, t, change]);

  return useMemo(() => ({ stack, actions }), [stack, actions]);
}

/** When every command of this window has been answered and its event has arrived. */
function settled(topic: Topic<Board>): Promise<void> {
  return new Promise((resolve) => {
    if (!topic.hasPending()) return resolve();
    const stop = topic.subscribe(() => {
      if (topic.hasPending()) return;
      stop();
      resolve();
    });
  });
}
