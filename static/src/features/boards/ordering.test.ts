import { describe, expect, it } from 'vitest';
import { dropBefore, isSamePlace, step } from './ordering';
import { leadsOf } from './reduce';
import { aBoard, aLead } from './testing';
import type { Lead } from './types';

const board = aBoard({
  novo: ['a', 'b', 'c', 'd'].map((id) => aLead(id)),
  meio: [],
  fim: [aLead('x'), aLead('y')],
});
const all = (stageId: string) => leadsOf(board, stageId);
const lead = (id: string) => board.leads.find((known) => known.id === id) as Lead;
const onlyThese = (...ids: string[]) => ids.map(lead);

describe('a drop', () => {
  it('in front of a card follows the card above it', () => {
    expect(dropBefore(board, all('novo'), 'novo', 'c', 'x')).toEqual({ stageId: 'novo', afterLeadId: 'b' });
  });

  it('in front of the first card is first', () => {
    expect(dropBefore(board, all('novo'), 'novo', 'a', 'x')).toEqual({ stageId: 'novo', afterLeadId: null });
  });

  it('behind everything is last, and first in an empty stage', () => {
    expect(dropBefore(board, all('novo'), 'novo', null, 'x').afterLeadId).toBe('d');
    expect(dropBefore(board, all('meio'), 'meio', null, 'x').afterLeadId).toBeNull();
  });

  it('in front of itself changes nothing', () => {
    const destination = dropBefore(board, all('novo'), 'novo', 'c', 'b');
    expect(isSamePlace(board, lead('b'), destination)).toBe(true);
  });

  it('between filtered cards lands behind the one seen above', () => {
    expect(dropBefore(board, onlyThese('a', 'd'), 'novo', 'd', 'x').afterLeadId).toBe('a');
  });

  it('on top of filtered cards lands right in front of the first one seen', () => {
    expect(dropBefore(board, onlyThese('c', 'd'), 'novo', 'c', 'x').afterLeadId).toBe('b');
  });

  it('into a stage whose cards are all filtered away lands at its end', () => {
    expect(dropBefore(board, [], 'novo', null, 'x').afterLeadId).toBe('d');
  });
});

describe('a step by keyboard', () => {
  it.each([
    ['up', 'b', { stageId: 'novo', afterLeadId: null }],
    ['down', 'b', { stageId: 'novo', afterLeadId: 'c' }],
    ['down', 'c', { stageId: 'novo', afterLeadId: 'd' }],
    ['right', 'b', { stageId: 'meio', afterLeadId: null }],
    ['left', 'y', { stageId: 'meio', afterLeadId: null }],
  ] as const)('%s moves %s', (direction, id, destination) => {
    expect(step(board, all, lead(id), direction)).toEqual(destination);
  });

  it.each([
    ['up', 'a'],
    ['down', 'd'],
    ['left', 'a'],
    ['right', 'x'],
  ] as const)('%s stops at the edge (%s)', (direction, id) => {
    expect(step(board, all, lead(id), direction)).toBeNull();
  });
});
