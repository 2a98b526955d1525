import { describe, expect, it } from 'vitest';
import { arrived, heard, type Present } from './presence';

const vera = { id: 'vera', name: 'Vera' };
const bia = { id: 'bia', name: 'Bia' };
const present = (fields: Partial<Present> = {}): Present => ({
  user: vera,
  since: '2026-11-22T11:00:00Z',
  doing: 'viewing',
  on: {},
  heardAt: 1,
  ...fields,
});

describe('a signal', () => {
  it('of somebody new puts them at the end, there since now', () => {
    const list = heard([present()], bia, { doing: 'viewing', on: {} }, 5_000);
    expect(list.map(({ user }) => user.id)).toEqual(['vera', 'bia']);
    expect(list[1]).toMatchObject({ since: '1970-01-01T00:00:05.000Z', heardAt: 5_000 });
  });

  it('of somebody known changes what they do and leaves since when they are there', () => {
    const list = heard(
      [present(), present({ user: bia })],
      vera,
      { doing: 'editing', on: { field: 'value' } },
      9,
    );
    expect(list[0]).toMatchObject({
      user: vera,
      doing: 'editing',
      since: '2026-11-22T11:00:00Z',
      heardAt: 9,
    });
  });

  it('that says nothing new changes nothing', () => {
    const known = [present({ doing: 'dragging', on: { lead_id: 'a' } })];
    expect(heard(known, vera, { doing: 'dragging', on: { lead_id: 'a' } }, 9)).toBe(known);
  });

  it('without a doing means that they have left', () => {
    expect(heard([present()], vera, { doing: null }, 9)).toEqual([]);
  });

  it('of a newer server’s activity means that they are there', () => {
    expect(heard([], vera, { doing: 'dancing' }, 9)[0]?.doing).toBe('viewing');
  });
});

describe('the list at a subscription', () => {
  it('replaces what was known, but remembers when a doing was first heard of', () => {
    const known = [present({ doing: 'editing', on: { field: 'value' } }), present({ user: bia })];
    const list = arrived(
      known,
      [{ user: vera, since: '2026-11-22T11:00:00Z', doing: 'editing', on: { field: 'value' } }],
      50,
    );
    expect(list).toEqual([known[0]]);
  });

  it('survives what it does not understand', () => {
    expect(arrived([], undefined, 1)).toEqual([]);
    expect(arrived([], [null, {}, { user: vera }], 1)).toMatchObject([
      { user: vera, doing: 'viewing', on: {} },
    ]);
  });
});
