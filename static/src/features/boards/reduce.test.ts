import { describe, expect, it } from 'vitest';
import { seeded } from '@/testing/random';
import { fromCents, sumAmounts, toCents } from '@/ui/money';
import { type BoardEvent, leadsOf, reduce } from './reduce';
import { aBoard, aLead, aStage } from './testing';
import type { Board, Lead } from './types';

const event = (type: string, data: unknown, gone?: string[]): BoardEvent => ({ type, data, gone });
const order = (board: Board, stageId: string) => leadsOf(board, stageId).map((lead) => lead.id);
const stage = (board: Board, id: string) => board.stages.find((known) => known.id === id);

/** Novo: a, b, c · Proposta: d · Ganho: nothing. */
function given(): Board {
  return aBoard({
    novo: [aLead('a', '10.10'), aLead('b', '0.20'), aLead('c', null)],
    proposta: [aLead('d', '100.00')],
    ganho: [],
  });
}

describe('leads', () => {
  it('moves within a stage', () => {
    const board = reduce(given(), event('lead.moved', { lead_id: 'a', stage_id: 'novo', position: 2 }));
    expect(order(board, 'novo')).toEqual(['b', 'c', 'a']);
    expect(leadsOf(board, 'novo').map((lead) => lead.position)).toEqual([0, 1, 2]);
    expect(stage(board, 'novo')).toMatchObject({ lead_count: 3, total_value: '10.30' });
  });

  it('moves to another stage and carries its amount along, to the cent', () => {
    const board = reduce(given(), event('lead.moved', { lead_id: 'b', stage_id: 'proposta', position: 0 }));
    expect(order(board, 'novo')).toEqual(['a', 'c']);
    expect(order(board, 'proposta')).toEqual(['b', 'd']);
    expect(stage(board, 'novo')).toMatchObject({ lead_count: 2, total_value: '10.10' });
    expect(stage(board, 'proposta')).toMatchObject({ lead_count: 2, total_value: '100.20' });
  });

  it('is created where the server says', () => {
    const lead = { ...aLead('e', '1.00'), stage_id: 'novo', position: 1 };
    const board = reduce(given(), event('lead.created', lead));
    expect(order(board, 'novo')).toEqual(['a', 'e', 'b', 'c']);
    expect(stage(board, 'novo')).toMatchObject({ lead_count: 4, total_value: '11.30' });
  });

  it('is updated in its place', () => {
    const before = given();
    const lead = { ...(before.leads.find(({ id }) => id === 'b') as Lead), title: 'Outro', value: '5.00' };
    const board = reduce(before, event('lead.updated', lead));
    expect(order(board, 'novo')).toEqual(['a', 'b', 'c']);
    expect(stage(board, 'novo')?.total_value).toBe('15.10');
  });

  it('is deleted, and the rest closes up', () => {
    const board = reduce(given(), event('lead.deleted', { lead_id: 'a', stage_id: 'novo' }));
    expect(leadsOf(board, 'novo').map(({ id, position }) => [id, position])).toEqual([
      ['b', 0],
      ['c', 1],
    ]);
  });

  it('leaves the view by a hidden event', () => {
    const board = reduce(given(), event('hidden', undefined, ['a', 'd']));
    expect(board.leads.map((lead) => lead.id)).toEqual(['b', 'c']);
    expect(stage(board, 'proposta')).toMatchObject({ lead_count: 0, total_value: '0.00' });
  });

  it('keeps the objects of leads that nothing happened to', () => {
    const before = given();
    const after = reduce(before, event('lead.moved', { lead_id: 'd', stage_id: 'ganho', position: 0 }));
    expect(after.leads.find(({ id }) => id === 'a')).toBe(before.leads.find(({ id }) => id === 'a'));
  });
});

describe('stages', () => {
  it('come and are renamed without losing their counts', () => {
    const created = reduce(given(), event('stage.created', { ...aStage('perdido'), position: 3 }));
    expect(created.stages.map((known) => known.id)).toEqual(['novo', 'proposta', 'ganho', 'perdido']);
    const renamed = reduce(
      created,
      event('stage.updated', { ...aStage('novo'), name: 'Entrada', lead_count: 99 }),
    );
    expect(stage(renamed, 'novo')).toMatchObject({ name: 'Entrada', lead_count: 3, total_value: '10.30' });
  });

  it('are reordered with their leads', () => {
    const board = reduce(given(), event('stage.reordered', { stage_ids: ['ganho', 'proposta', 'novo'] }));
    expect(board.stages.map(({ id, position }) => [id, position])).toEqual([
      ['ganho', 0],
      ['proposta', 1],
      ['novo', 2],
    ]);
    expect(board.leads.map((lead) => lead.id)).toEqual(['d', 'a', 'b', 'c']);
  });

  it('hand their leads on, in order, when they are deleted', () => {
    const board = reduce(given(), event('stage.deleted', { stage_id: 'novo', moved_to: 'proposta' }));
    expect(order(board, 'proposta')).toEqual(['d', 'a', 'b', 'c']);
    expect(board.stages.map(({ id, position }) => [id, position])).toEqual([
      ['proposta', 0],
      ['ganho', 1],
    ]);
    expect(stage(board, 'proposta')).toMatchObject({ lead_count: 4, total_value: '110.30' });
  });
});

it('takes a new name for the board and keeps what is on it', () => {
  const board = reduce(given(), event('board.updated', { id: 'board', name: 'Vendas 2027', archived: true }));
  expect(board).toMatchObject({ name: 'Vendas 2027', archived: true });
  expect(board.leads).toHaveLength(4);
});

it('passes over events it does not know', () => {
  const board = given();
  expect(reduce(board, event('board.painted', { color: 'red' }))).toBe(board);
});

describe('after any sequence of events', () => {
  it.each(Array.from({ length: 40 }, (_, index) => index + 1))('the board is whole (seed %d)', (seed) => {
    const random = seeded(seed);
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    let board = given();
    const ids = new Set(board.leads.map((lead) => lead.id));

    for (let step = 0; step < 120; step += 1) {
      const lead = pick(board.leads);
      const target = pick(board.stages);
      const room = board.leads.filter(
        (other) => other.stage_id === target?.id && other.id !== lead?.id,
      ).length;
      const position = Math.floor(random() * (room + 1));
      const dice = random();
      if (dice < 0.5 && lead && target) {
        board = reduce(board, event('lead.moved', { lead_id: lead.id, stage_id: target.id, position }));
      } else if (dice < 0.75 && target) {
        const id = `new-${step}`;
        const at = Math.min(position, leadsOf(board, target.id).length);
        const value = fromCents(BigInt(Math.floor(random() * 1e9)));
        board = reduce(
          board,
          event('lead.created', { ...aLead(id, value), stage_id: target.id, position: at }),
        );
        ids.add(id);
      } else if (dice < 0.85 && lead) {
        board = reduce(board, event('lead.deleted', { lead_id: lead.id, stage_id: lead.stage_id }));
        ids.delete(lead.id);
      } else if (dice < 0.9 && target && board.stages.length > 1) {
        const heir = board.stages.find((other) => other.id !== target.id);
        board = reduce(board, event('stage.deleted', { stage_id: target.id, moved_to: heir?.id ?? null }));
      } else if (dice < 0.95) {
        board = reduce(
          board,
          event('stage.created', { ...aStage(`s-${step}`), position: board.stages.length }),
        );
      } else {
        const shuffled = board.stages.map(({ id }) => id).sort(() => random() - 0.5);
        board = reduce(board, event('stage.reordered', { stage_ids: shuffled }));
      }
    }

    expect(new Set(board.leads.map((lead) => lead.id))).toEqual(ids);
    expect(board.leads).toHaveLength(ids.size);
    expect(board.stages.map((known) => known.position)).toEqual(board.stages.map((_, index) => index));
    for (const known of board.stages) {
      const leads = board.leads.filter((lead) => lead.stage_id === known.id);
      expect(leads.map((lead) => lead.position)).toEqual(leads.map((_, index) => index));
      expect(known.lead_count).toBe(leads.length);
      expect(known.total_value).toBe(sumAmounts(leads.map((lead) => lead.value)));
    }
  });
});

describe('money', () => {
  it('adds what floats cannot', () => {
    expect(sumAmounts(['0.10', '0.20'])).toBe('0.30');
    expect(sumAmounts(Array.from({ length: 1_000 }, () => '0.01'))).toBe('10.00');
    expect(sumAmounts(['9007199254740993.01', '0.01'])).toBe('9007199254740993.02');
    expect(sumAmounts([null, undefined, ''])).toBe('0.00');
  });

  it('reads and writes cents', () => {
    expect(toCents('1234.5')).toBe(123450n);
    expect(toCents('-0.05')).toBe(-5n);
    expect(fromCents(-5n)).toBe('-0.05');
    expect(toCents('1.234')).toBe(0n);
  });
});
