import { describe, expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import type { PendingCommand } from '@/live/topic';
import { boardEntity } from './entity';
import { leadsOf } from './reduce';
import { aBoard, aLead } from './testing';
import { isUnsaved } from './types';

const ME = { id: 'me', name: 'Ana' };
const command = (name: string, data: Record<string, unknown>): PendingCommand => ({
  id: 'c1',
  name,
  data,
  by: ME,
  answeredSeq: null,
});
const happened = (type: string, data: unknown, by = ME): EventFrame => ({
  topic: 'board:board',
  seq: 1,
  type,
  at: '2026-11-22T12:00:00Z',
  by,
  data,
});
const given = () => aBoard({ novo: [aLead('a', '1.00'), aLead('b')], proposta: [aLead('c')] });

describe('what one’s own commands will do', () => {
  it('shows a moved card behind the one it was dropped behind', () => {
    const board = boardEntity.predict(
      given(),
      command('move_lead', { lead_id: 'a', stage_id: 'proposta', after_lead_id: 'c' }),
    );
    expect(leadsOf(board, 'proposta').map((lead) => lead.id)).toEqual(['c', 'a']);
  });

  it('puts it last when that card has left the stage meanwhile', () => {
    const move = command('move_lead', { lead_id: 'a', stage_id: 'proposta', after_lead_id: 'gone' });
    expect(leadsOf(boardEntity.predict(given(), move), 'proposta').map((lead) => lead.id)).toEqual([
      'c',
      'a',
    ]);
  });

  it('shows a new deal with its title at once, as not yet saved', () => {
    const board = boardEntity.predict(
      given(),
      command('create_lead', { title: 'Reforma', stage_id: 'novo' }),
    );
    const lead = leadsOf(board, 'novo').at(-1);
    expect(lead).toMatchObject({ title: 'Reforma', stage_id: 'novo', created_by: 'me' });
    expect(lead && isUnsaved(lead)).toBe(true);
    expect(board.stages[0]?.lead_count).toBe(3);
  });

  it('leaves the board alone when its lead is gone', () => {
    const board = given();
    expect(boardEntity.predict(board, command('update_lead', { lead_id: 'gone', title: 'x' }))).toBe(board);
    expect(boardEntity.predict(board, command('delete_lead', { lead_id: 'gone' }))).toBe(board);
  });
});

describe('recognising one’s own change', () => {
  const create = command('create_lead', { title: 'Reforma', stage_id: 'novo' });

  it('knows the new deal by who made it and its title', () => {
    expect(boardEntity.echoes(happened('lead.created', { id: 'x', title: 'Reforma' }), create)).toBe(true);
    expect(boardEntity.echoes(happened('lead.created', { id: 'x', title: 'Outra' }), create)).toBe(false);
  });

  it('does not take somebody else’s deal for it', () => {
    const vera = { id: 'vera', name: 'Vera' };
    expect(boardEntity.echoes(happened('lead.created', { id: 'x', title: 'Reforma' }, vera), create)).toBe(
      false,
    );
  });
});
