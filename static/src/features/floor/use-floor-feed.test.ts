import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it } from 'vitest';
import { floorKeys, NO_FILTER } from './api';
import { findClient } from './cache';
import { moves } from './moves';
import { client, pagesOf, seller } from './testing';
import { NOBODY } from './types';
import { applyHint, newsOf } from './use-floor-feed';

let cache: QueryClient;
const hint = (type: string, data: object) => ({ topic: 'floor', type, data });

beforeEach(() => {
  cache = new QueryClient();
  cache.setQueryData(floorKeys.sellers, [seller('vera', { name: 'Vera', pending: 1 }), seller('vitor')]);
  cache.setQueryData(floorKeys.column('vera', 'waiting', NO_FILTER), pagesOf([client('a', 50, 'vera')]));
  cache.setQueryData(floorKeys.column('vitor', 'waiting', NO_FILTER), pagesOf([]));
  cache.setQueryData(floorKeys.column(NOBODY, 'waiting', NO_FILTER), pagesOf([]));
});

it('what others move shows at once, and only the two columns are asked for anew', () => {
  const moved = hint('client.reallocated', { client_id: 'a', from_seller_id: 'vera', to_seller_id: 'vitor' });
  expect(applyHint(cache, moved)).toEqual(['vera', 'vitor']);
  expect(findClient(cache, 'a')?.place).toBe('vitor');
  expect(applyHint(cache, hint('client.released', { client_id: 'a', from_seller_id: 'vitor' }))).toEqual([
    'vitor',
    NOBODY,
  ]);
  expect(findClient(cache, 'a')?.place).toBe(NOBODY);
});

it('one’s own move waits for its own answer', () => {
  const move = { client: client('a', 50, 'vera'), from: 'vera', to: 'vitor' };
  moves.add([move]);
  applyHint(
    cache,
    hint('client.reallocated', { client_id: 'a', from_seller_id: 'vera', to_seller_id: 'vitor' }),
  );
  expect(findClient(cache, 'a')?.place).toBe('vera');
  moves.settle(move);
});

it('a contact is told by name while the client is still known, and a newer server’s news asks for all', () => {
  const contacted = hint('client.contacted', { client_id: 'a', seller_id: 'vera', seller_name: 'Vera' });
  expect(newsOf(cache, contacted)).toEqual({ kind: 'contacted', name: 'Vera', client: 'Cliente a' });
  expect(applyHint(cache, contacted)).toEqual(['vera']);
  expect(findClient(cache, 'a')).toBeNull();
  expect(newsOf(cache, hint('seller.offline', { name: 'Vera', is_paused: true }))?.kind).toBe('paused');
  expect([applyHint(cache, hint('something.new', {})), newsOf(cache, hint('something.new', {}))]).toEqual([
    'all',
    null,
  ]);
});
