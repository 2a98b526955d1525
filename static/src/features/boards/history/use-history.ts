/** Looking at the board as it stood: where one is in its history, and what is known of it there. */

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { EventFrame } from '@/live/frames';
import type { LiveEntity } from '@/live/react';
import { depart } from '../glide';
import type { Board } from '../types';
import { type Range, Replay, WINDOW, windowOf, windowStart } from './replay';

const PARAM = 'history';
/** A slider drawn across a long history asks for nothing until it rests. */
const REST_MS = 120;
/** How near the end of a window the next one is fetched ahead. */
const AHEAD = 60;

export interface Moment {
  seq: number;
  board: Board;
  /** Right before the event. */
  before: Board | null;
  /** What made it stand so; null at the very beginning. */
  event: EventFrame | null;
  undone: boolean;
}

export interface BoardHistory {
  range: Range | null;
  /** Where the slider stands. */
  seq: number;
  /** What is shown: there, or, while that is still being fetched, where one was. */
  moment: Moment | null;
  status: 'loading' | 'ready' | 'offline' | 'failed';
  error: unknown;
  retry(): void;
  go(seq: number): void;
  close(): void;
}

/** Whether the address asks for the past, and how to go there and back. */
export function useHistoryParam(): { opened: boolean; open(): void; close(): void } {
  const [params, setParams] = useSearchParams();
  const change = (opened: boolean) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (opened) next.set(PARAM, '');
      else next.delete(PARAM);
      return next;
    });
  return { opened: params.has(PARAM), open: () => change(true), close: () => change(false) };
}

/** The history of this board while it is open, else null. */
export function useBoardHistory(boardId: string, live: LiveEntity<Board>): BoardHistory | null {
  const { opened, close } = useHistoryParam();
  const [chosen, choose] = useState<number | null>(null);
  const known = useRange(boardId, opened);
  // Events go on arriving behind the past that is looked at.
  const last = Math.max(known.data?.last ?? 0, live.topic.seq ?? 0);
  const range = known.data ? { first: known.data.first, last } : null;
  // At the right end one follows the live board.
  const seq = range ? Math.min(Math.max(chosen ?? last, range.first), last) : 0;
  const replay = useReplay(boardId, live, range, seq, opened);
  // The slider follows the hand at once, the board as fast as it can.
  const drawn = useDeferredValue(seq);
  const moment = useLastMoment(replay.data, drawn);

  useEffect(() => {
    if (!opened) choose(null);
  }, [opened]);
  const { data: shown } = replay;
  const go = useCallback(
    (to: number) => {
      // One step either way is watched; a leap is not.
      const event = Math.abs(to - seq) === 1 ? shown?.event(Math.max(to, seq)) : null;
      if (event) depart(event);
      choose(to >= last ? null : to);
    },
    [last, seq, shown],
  );
  if (!opened) return null;

  const failed = known.error ?? replay.error;
  const offline = known.fetchStatus === 'paused' || replay.fetchStatus === 'paused';
  const ready = moment !== null && moment.seq === drawn;
  return {
    range,
    seq,
    moment,
    status: ready ? 'ready' : failed ? 'failed' : offline ? 'offline' : 'loading',
    error: failed,
    retry: () => void (known.isError ? known.refetch() : replay.refetch()),
    go,
    close,
  };
}

function useRange(boardId: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.boards, boardId, 'history'],
    queryFn: async (): Promise<Range> => {
      const range = await fetchHistory(boardId);
      if (!('first_seq' in range)) throw new Error('a moment where a range was asked for');
      return { first: range.first_seq, last: range.last_seq };
    },
    enabled,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
}

/** The window around a number. What it lacks at its end, because it happened since, is fetched anew. */
function useReplay(
  boardId: string,
  live: LiveEntity<Board>,
  range: Range | null,
  seq: number,
  opened: boolean,
) {
  const cache = useQueryClient();
  const first = range?.first ?? 0;
  const index = windowOf(first, seq);
  const [rested] = useDebouncedValue(index, REST_MS);
  const options = (index: number) => ({
    queryKey: [...keys.boards, boardId, 'history', 'window', first, index],
    queryFn: () => fetchWindow(boardId, windowStart(first, index)),
    staleTime: Number.POSITIVE_INFINITY,
    // A class instance: what it was is not to be compared with what it is.
    structuralSharing: false,
  });
  const query = useQuery({ ...options(index), enabled: opened && range !== null && index === rested });

  const { topic } = live;
  useEffect(
    () =>
      topic.observe((event) => {
        const key = [...keys.boards, boardId, 'history', 'window', first, windowOf(first, event.seq)];
        cache.getQueryData<Replay>(key)?.append(event);
      }),
    [topic, cache, boardId, first],
  );
  const { data, refetch, isFetching } = query;
  const behind = data !== undefined && seq > data.to;
  useEffect(() => {
    if (behind && !isFetching) void refetch();
  }, [behind, isFetching, refetch]);

  const ahead =
    data && range && data.to - data.from === WINDOW && range.last > data.to && data.to - seq < AHEAD;
  useEffect(() => {
    if (ahead) void cache.prefetchQuery(options(index + 1));
  });
  return query;
}

/** What is at this number, or what was seen last while that is on its way. */
function useLastMoment(replay: Replay | undefined, seq: number): Moment | null {
  const last = useRef<Moment | null>(null);
  const board = replay?.at(seq);
  if (replay && board) {
    const event = replay.event(seq);
    const before = event && replay.at(seq - 1);
    last.current = { seq, board, before, event, undone: replay.undoneBy(seq) !== null };
  }
  return last.current;
}

async function fetchHistory(boardId: string, at?: string) {
  const params = { path: { id: boardId }, query: at === undefined ? {} : { at } };
  return ask(api.GET('/api/v1/boards/{id}/history', { params }));
}

async function fetchWindow(boardId: string, from: number): Promise<Replay> {
  const before = from + WINDOW + 1;
  const params = { path: { id: boardId }, query: { before, limit: WINDOW } };
  const [moment, { items }] = await Promise.all([
    fetchHistory(boardId, String(from)),
    ask(api.GET('/api/v1/boards/{id}/events', { params })),
  ]);
  if (!('board' in moment)) throw new Error('a range where a moment was asked for');
  const events = items.filter((event) => event.seq > from);
  return new Replay(from, moment.board, events as EventFrame[]);
}

/** The number that a board had reached at a time. */
export async function fetchSeqAt(boardId: string, time: Date): Promise<number> {
  const moment = await fetchHistory(boardId, time.toISOString());
  if (!('board' in moment)) throw new Error('a range where a moment was asked for');
  return moment.seq;
}
