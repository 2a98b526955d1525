import { describe, expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import { seeded } from '@/testing/random';
import { follow, NOTHING, type UndoStack, without } from './undo';

const ME = 'me';
let seq = 0;
const happened = (fields: Partial<EventFrame> = {}): EventFrame => ({
  topic: 'board:board',
  seq: ++seq,
  type: 'lead.moved',
  at: '2026-11-22T12:00:00Z',
  by: { id: ME, name: 'Ana' },
  data: { lead_id: 'a' },
  ...fields,
});
const vera = { id: 'vera', name: 'Vera' };
const stackOf = (events: EventFrame[], stack: UndoStack = NOTHING): UndoStack =>
  events.reduce((known, event) => follow(known, event, ME, null), stack);
const seqs = ({ done, undone }: UndoStack) => [done.map((step) => step.seq), undone.map((step) => step.seq)];

describe('one’s own changes', () => {
  it('are remembered in order, and others’ are not', () => {
    const [first, others, second] = [happened(), happened({ by: vera }), happened()];
    expect(seqs(stackOf([first, others, second]))).toEqual([[first.seq, second.seq], []]);
  });

  it('are undone from the last, and a new change ends what could be done again', () => {
    const [first, second] = [happened(), happened()];
    const undo = happened({ undoes_seq: second.seq });
    const stack = stackOf([first, second, undo]);
    expect(seqs(stack)).toEqual([[first.seq], [undo.seq]]);
    const third = happened();
    expect(seqs(stackOf([third], stack))).toEqual([[first.seq, third.seq], []]);
  });

  it('are done again by undoing the undo, and stay the same deed', () => {
    const first = happened({ type: 'lead.deleted' });
    const undo = happened({ type: 'lead.created', undoes_seq: first.seq });
    const redo = happened({ type: 'lead.deleted', undoes_seq: undo.seq });
    const stack = stackOf([first, undo, redo]);
    expect(seqs(stack)).toEqual([[redo.seq], []]);
    expect(stack.done[0]?.deed.kind).toBe('leadDeleted');
    expect(stackOf([first, undo]).undone[0]?.deed.kind).toBe('leadDeleted');
  });

  it('cannot be undone any more when somebody else has done so', () => {
    const [first, second] = [happened(), happened()];
    expect(seqs(stackOf([first, second, happened({ by: vera, undoes_seq: second.seq })]))).toEqual([
      [first.seq],
      [],
    ]);
  });

  it('count once when several events take one back', () => {
    const gone = happened({ type: 'stage.deleted' });
    const back = happened({ type: 'stage.created', undoes_seq: gone.seq });
    const moves = [happened({ undoes_seq: gone.seq }), happened({ undoes_seq: gone.seq })];
    expect(seqs(stackOf([gone, back, ...moves]))).toEqual([[], [back.seq]]);
  });

  it('can be undone too when they took back what somebody else did', () => {
    const theirs = happened({ by: vera });
    const mine = happened({ undoes_seq: theirs.seq });
    expect(seqs(stackOf([theirs, mine]))).toEqual([[mine.seq], []]);
  });

  it('are forgotten once the server has refused to take them back', () => {
    const [first, second] = [happened(), happened()];
    expect(seqs(without(stackOf([first, second]), second.seq))).toEqual([[first.seq], []]);
  });
});

it('never offers the same event twice, and never somebody else’s', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seeded(seed);
    const log: EventFrame[] = [];
    let stack = NOTHING;
    for (let step = 0; step < 60; step += 1) {
      const target = random() < 0.5 ? log[Math.floor(random() * log.length)] : undefined;
      const by = random() < 0.6 ? { id: ME, name: 'Ana' } : vera;
      const event = happened({ by, undoes_seq: target?.seq });
      log.push(event);
      stack = follow(stack, event, ME, null);
      const offered = [...stack.done, ...stack.undone].map((known) => known.seq);
      expect(new Set(offered).size).toBe(offered.length);
      for (const known of offered) expect(log.find((event) => event.seq === known)?.by?.id).toBe(ME);
    }
  }
});
