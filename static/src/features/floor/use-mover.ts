/** Moves clients between sellers: at once on the screen, one after another on the server, and back where it refuses. */
import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { giveTo, release } from './api';
import { findClient, moveInCache } from './cache';
import { type Move, moves, movesTo } from './moves';
import { floorUi } from './store';
import { type Client, type Place, type Seller, sellerAt } from './types';

export type MoveClients = (clients: readonly Client[], to: Place) => void;

export function useMover(sellers: readonly Seller[]): MoveClients {
  const { t } = useTranslation();
  const cache = useQueryClient();

  return useCallback(
    (clients, to) => {
      const say = (list: readonly Move[]) => {
        const name = list[0]?.client.name ?? '';
        const seller = sellers.find(({ id }) => id === to)?.name ?? '';
        return sellerAt(to) === null
          ? t('floor.released', { count: list.length, name })
          : t('floor.moved', { count: list.length, name, seller });
      };
      const complain = ({ failed, error }: Outcome) => {
        if (failed.length === 0) return;
        const name = failed[0]?.client.name ?? '';
        notify.failed(t('floor.notMoved', { count: failed.length, name }), describeError(error, t));
      };
      const undo = async (done: readonly Move[]) =>
        complain(
          await send(
            done.map(({ client, from }) => ({ client, from: to, to: from })),
            cache,
          ),
        );

      const latest = clients.map((client) => findClient(cache, client.id)?.client ?? client);
      const list = movesTo(latest, to, moves.get());
      if (list.length === 0) return;
      floorUi.unselect(list.map(({ client }) => client.id));
      announce(say(list));
      void send(list, cache).then((outcome) => {
        complain(outcome);
        if (outcome.done.length === 0) return;
        notify.done(say(outcome.done), { label: t('undo.undo'), run: () => void undo(outcome.done) });
      });
    },
    [sellers, cache, t],
  );
}

interface Outcome {
  done: Move[];
  failed: Move[];
  error: unknown;
}

/** What is on its way: the same client must arrive in the order in which it was moved. */
let line: Promise<void> = Promise.resolve();

async function send(list: readonly Move[], cache: QueryClient): Promise<Outcome> {
  moves.add(list);
  const outcome: Outcome = { done: [], failed: [], error: null };
  for (const move of list) {
    line = line.then(() => bring(move, cache, outcome));
    await line;
  }
  return outcome;
}

async function bring(move: Move, cache: QueryClient, outcome: Outcome): Promise<void> {
  const { client, to } = move;
  const sellerId = sellerAt(to);
  try {
    const told = await (sellerId ? giveTo(client.id, sellerId) : release(client.id));
    moveInCache(cache, client.id, to, told);
    outcome.done.push(move);
  } catch (error) {
    outcome.failed.push(move);
    outcome.error = error;
  } finally {
    moves.settle(move);
  }
}
