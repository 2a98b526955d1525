import { describe, expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import type { PendingCommand } from '@/live/topic';
import { client } from '../testing';
import { type Mine, mineEntity, newsOf } from './entity';
import { soughtIn, viewOf } from './view';

const NOW = new Date('2026-11-22T15:00:00Z');

const standing = (id: string, contacted_at: string | null = null) => ({
  id,
  assigned_at: '2026-11-22T12:00:00Z',
  contacted: contacted_at !== null,
  contacted_at,
  outcome: null,
  notes: null,
});
const mine = (...clients: ReturnType<typeof standing>[]): Mine => mineEntity.read({ clients });
const event = (type: string, data: unknown, by = 'me'): EventFrame => ({
  topic: 'seller:me',
  seq: 1,
  type,
  at: NOW.toISOString(),
  by: { id: by, name: by },
  data,
});
const contact = (client_id: string, data: object = {}): PendingCommand => ({
  id: 'c1',
  name: 'contacted',
  data: { client_id, ...data },
  by: { id: 'me', name: 'Vera' },
  answeredSeq: null,
});
const names = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('my clients', () => {
  it('stand by urgency, those whom I contacted apart, and what is no longer mine nowhere', () => {
    const known = [
      client('a', 31, 'me'),
      client('b', 59, 'me'),
      client('c', 44, 'me'),
      client('x', 50, 'me'),
    ];
    const view = viewOf(mine(standing('a'), standing('b'), standing('c', NOW.toISOString())), known, NOW);
    expect([names(view.waiting), names(view.contacted)]).toEqual([['b', 'a'], ['c']]);
    expect([view.waitingCount, view.contactedCount, view.contactedToday]).toEqual([2, 1, 1]);
  });

  it('show at once what came, by what the event told, and count what it did not', () => {
    const { phone, email, last_purchase_at, days_since_purchase, name } = client('n', 50);
    const card = { id: 'n', name, phone, email, last_purchase_at, days_since_purchase };
    const given = { assigned_at: NOW.toISOString() };
    const assigned = event('client.assigned', {
      clients: [
        { id: 'n', client: card, ...given },
        { id: 'm', ...given },
      ],
    });
    const view = viewOf(mineEntity.reduce(mine(standing('a')), assigned), [client('a', 59, 'me')], NOW);
    expect([names(view.waiting), view.waitingCount, view.unknown]).toEqual([['a', 'n'], 3, ['n', 'm']]);
    expect(newsOf(assigned)).toEqual({ came: ['n', 'm'], went: 0 });
    const released = event('client.released', { clients: [{ id: 'a', to_seller_id: 'vitor' }] });
    expect(viewOf(mineEntity.reduce(mine(standing('a')), released), [], NOW).waitingCount).toBe(0);
    expect(newsOf(released)).toEqual({ came: [], went: 1 });
  });

  it('leave the stack with the tap, before the server has said so, and come back if it refuses', () => {
    const before = mine(standing('a'), standing('b'));
    const foreseen = mineEntity.predict(before, contact('a', { outcome: 'sold' }));
    expect(names(viewOf(foreseen, [client('a', 59), client('b', 31)], NOW).waiting)).toEqual(['b']);
    expect(foreseen.clients.get('a')).toMatchObject({ contacted: true, outcome: 'sold' });
    expect(before.clients.get('a')?.contacted).toBe(false);
    // Somebody took the client meanwhile: nothing to foresee.
    expect(mineEntity.predict(before, contact('gone'))).toBe(before);
  });

  it('keep what was said of a contact when only one thing is corrected', () => {
    const first = mineEntity.predict(
      mine(standing('a')),
      contact('a', { outcome: 'sold', notes: 'Cimento' }),
    );
    const second = mineEntity.predict(first, contact('a', { outcome: 'call_back' }));
    expect(second.clients.get('a')).toMatchObject({ outcome: 'call_back', notes: 'Cimento' });
    const told = event('client.contacted', { client_id: 'a', contacted_at: 'x', outcome: null, notes: null });
    expect(mineEntity.echoes(told, contact('a'))).toBe(true);
    expect(mineEntity.echoes({ ...told, by: { id: 'admin', name: 'Admin' } }, contact('a'))).toBe(false);
  });

  it('are all there is in the lists while nothing live is known', () => {
    const done = { ...client('c', 40), contacted: true, contacted_at: '2026-11-01T12:00:00Z' };
    const view = viewOf(null, [client('a', 59), done], NOW);
    expect([names(view.waiting), names(view.contacted), view.contactedToday]).toEqual([['a'], ['c'], 0]);
  });

  it('are found by name, region and telephone', () => {
    const list = [
      { ...client('a', 59), name: 'Otávio Lacerda' },
      { ...client('b', 31), name: 'Ana', region: 'Zona Norte', phone: '+5511940001000' },
    ];
    expect(names(soughtIn(list, 'OTAVIO'))).toEqual(['a']);
    expect(names(soughtIn(list, 'norte'))).toEqual(['b']);
    expect(names(soughtIn(list, '94000-1000'))).toEqual(['b']);
    expect(soughtIn(list, ' ')).toBe(list);
  });
});
