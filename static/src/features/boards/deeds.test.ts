import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { startI18n } from '@/i18n';
import type { EventFrame } from '@/live/frames';
import { deedOf, deedText, leadOf } from './deeds';
import { aBoard, aLead } from './testing';

const before = aBoard({ Novo: [aLead('a', '10.00', { title: 'Alfa' })], Proposta: [] });
const event = (type: string, data: unknown): EventFrame => ({
  topic: 'board:board',
  seq: 1,
  type,
  at: '2026-11-22T12:00:00Z',
  by: { id: 'vera', name: 'Vera' },
  data,
});
const said = (type: string, data: unknown, board: typeof before | null = before) =>
  deedText(deedOf(board, event(type, data)), i18next.t);

beforeAll(() => startI18n('pt-BR'));

describe('what happened, in words', () => {
  const lead = before.leads[0];

  it.each([
    [
      'lead.moved',
      { lead_id: 'a', from_stage_id: 'Novo', stage_id: 'Proposta' },
      'moveu “Alfa” de Novo para Proposta',
    ],
    [
      'lead.moved',
      { lead_id: 'a', from_stage_id: 'Novo', stage_id: 'Novo' },
      'mudou “Alfa” de posição em Novo',
    ],
    ['lead.created', { id: 'x', title: 'Gama', stage_id: 'Novo' }, 'criou “Gama” em Novo'],
    ['lead.updated', { ...lead, value: '12.00', phone: '1' }, 'mudou valor, telefone de “Alfa”'],
    ['lead.updated', { ...lead, updated_at: 'later' }, 'mudou “Alfa”'],
    ['lead.deleted', { lead_id: 'a', stage_id: 'Novo' }, 'excluiu “Alfa”'],
    ['stage.updated', { ...before.stages[0], name: 'Entrada' }, 'mudou o nome da etapa Novo para Entrada'],
    ['stage.updated', { ...before.stages[0], color: '#000000' }, 'mudou a etapa Novo'],
    ['stage.deleted', { stage_id: 'Proposta', moved_to: null }, 'excluiu a etapa Proposta'],
    ['board.updated', { ...before, name: 'Outro' }, 'mudou o nome do quadro para Outro'],
    ['board.updated', { ...before, archived: true }, 'arquivou o quadro'],
    ['hidden', undefined, 'mudou algo que você não vê'],
    ['lead.teleported', {}, 'mudou algo'],
  ])('%s', (type, data, words) => expect(said(type, data)).toBe(words));

  it('stays a sentence where the board before it is not known', () => {
    expect(said('lead.deleted', { lead_id: 'a', stage_id: 'Novo' }, null)).toBe('excluiu “…”');
  });
});

it('tells which card an event is about', () => {
  expect(leadOf(event('lead.moved', { lead_id: 'a' }))).toBe('a');
  expect(leadOf(event('lead.updated', { id: 'b' }))).toBe('b');
  expect(leadOf(event('stage.updated', { id: 'Novo' }))).toBeNull();
});
