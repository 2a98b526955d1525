import { describe, expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import { seeded } from '@/testing/random';
import { reduce } from '../reduce';
import { aBoard, aLead } from '../testing';
import type { Board } from '../types';
import { Replay, WINDOW, windowOf, windowStart } from './replay';

const given = () => aBoard({ novo: [aLead('a'), aLead('b'), aLead('c')], proposta: [aLead('d')], ganho: [] });

/** Moves to and fro, numbered on from `from`. */
function moves(from: number, count: number, random = seeded(7)): EventFrame[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => ({
    topic: 'board:board',
    seq: from + index + 1,
    type: 'lead.moved',
    at: '2026-11-22T12:00:00Z',
    by: { id: 'vera', name: 'Vera' },
    data: { lead_id: pick(['a', 'b', 'c', 'd']), stage_id: pick(['novo', 'proposta', 'ganho']), position: 0 },
  }));
}

describe('windows', () => {
  it('share out a history without a number missing or twice', () => {
    for (const first of [0, 17]) {
      expect(windowOf(first, first)).toBe(0);
      for (let seq = first + 1; seq <= first + 3 * WINDOW; seq += 1) {
        const index = windowOf(first, seq);
        expect(seq).toBeGreaterThan(windowStart(first, index));
        expect(seq).toBeLessThanOrEqual(windowStart(first, index) + WINDOW);
      }
    }
  });
});

describe('a replay', () => {
  it('shows the same board whichever way one comes to it', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = seeded(seed);
      const events = moves(40, 60, random);
      const truth: Board[] = [given()];
      for (const event of events) truth.push(reduce(truth.at(-1) as Board, event));

      const replay = new Replay(40, given(), events);
      for (let visit = 0; visit < 50; visit += 1) {
        const seq = 40 + Math.floor(random() * 61);
        expect(replay.at(seq)).toEqual(truth[seq - 40]);
      }
    }
  });

  it('knows nothing outside of itself', () => {
    const replay = new Replay(10, given(), moves(10, 5));
    expect([replay.at(9), replay.at(16), replay.event(10), replay.event(16)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(replay.at(10)).toEqual(given());
    expect(replay.event(11)?.seq).toBe(11);
  });

  it('goes on with what happens now, event by event, and only to its end', () => {
    const replay = new Replay(0, given(), moves(0, WINDOW - 1));
    const [, second] = moves(WINDOW - 1, 2);
    expect(replay.append(second as EventFrame)).toBe(false);
    const [next] = moves(WINDOW - 1, 1);
    expect(replay.append(next as EventFrame)).toBe(true);
    expect(replay.to).toBe(WINDOW);
    expect(replay.append(moves(WINDOW, 1)[0] as EventFrame)).toBe(false);
  });

  it('refuses a history with a gap rather than showing a board that never was', () => {
    const [first, , third] = moves(0, 3);
    expect(() => new Replay(0, given(), [first as EventFrame, third as EventFrame])).toThrow();
  });

  it('tells which event took one back', () => {
    const [first, second] = moves(0, 2);
    const replay = new Replay(0, given(), [first, { ...second, undoes_seq: 1 }] as EventFrame[]);
    expect(replay.undoneBy(1)?.seq).toBe(2);
    expect(replay.undoneBy(2)).toBeNull();
  });
});
