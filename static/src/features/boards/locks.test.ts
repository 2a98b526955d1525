import { describe, expect, it } from 'vitest';
import type { Present } from '@/live/presence';
import { type Claim, claimsOn, handOn, heldBy } from './locks';

const claim = (id: string, at: number): Claim => ({ by: { id, name: id }, at });
const editing = (id: string, leadId: string, field: string, heardAt = 0): Present => ({
  user: { id, name: id },
  since: '2026-11-22T11:00:00Z',
  doing: 'editing',
  on: { lead_id: leadId, field },
  heardAt,
});

describe('a field', () => {
  it('is free where nobody is', () => {
    expect(heldBy(null, [])).toBeNull();
    expect(heldBy(claim('ana', 5), [])).toBeNull();
  });

  it('belongs to who is in it', () => {
    expect(heldBy(null, [claim('vera', 5)])?.id).toBe('vera');
  });

  it('belongs to who took it over', () => {
    expect(heldBy(claim('ana', 9_000), [claim('vera', 5)])).toBeNull();
    expect(heldBy(claim('ana', 5), [claim('vera', 9_000)])?.id).toBe('vera');
    expect(heldBy(null, [claim('vera', 9_000), claim('bia', 5)])?.id).toBe('vera');
  });

  it('is never lost to both, nor kept by both, of two who began at once', () => {
    for (const [ana, vera] of [
      [100, 100],
      [100, 700],
      [700, 100],
    ] as const) {
      // Each window hears of the other a moment later.
      const lostByAna = heldBy(claim('ana', ana), [claim('vera', vera + 40)]) !== null;
      const lostByVera = heldBy(claim('vera', vera), [claim('ana', ana + 40)]) !== null;
      expect([lostByAna, lostByVera]).toEqual([false, true]);
    }
  });
});

it('counts only others, in this field, of this deal', () => {
  const present = [
    editing('vera', 'a', 'value', 3),
    editing('bia', 'a', 'title'),
    editing('leo', 'b', 'value'),
    editing('me', 'a', 'value'),
    { ...editing('rui', 'a', 'value'), doing: 'viewing' as const },
  ];
  expect(claimsOn(present, 'me', 'a', 'value')).toEqual([claim('vera', 3)]);
});

it('knows in whose hand a card is', () => {
  const vera = { ...editing('vera', 'a', ''), doing: 'dragging' as const, on: { lead_id: 'a' } };
  expect(handOn([vera], 'a')?.id).toBe('vera');
  expect(handOn([vera], 'b')).toBeNull();
  expect(handOn([editing('vera', 'a', 'value')], 'a')).toBeNull();
});
