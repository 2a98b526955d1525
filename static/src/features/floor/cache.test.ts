import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it } from 'vitest';
import { type Filter, floorKeys, NO_FILTER, type Part } from './api';
import { contactInCache, findClient, moveInCache, presenceInCache } from './cache';
import { type ClientPages, clientsOf } from './pages';
import { client, pagesOf, seller } from './testing';
import { NOBODY, type Place, type Seller } from './types';

let cache: QueryClient;
const sought: Filter = { search: 'ana', period: null };

const hold = (place: Place, part: Part, pages: ClientPages, filter: Filter = NO_FILTER) =>
  cache.setQueryData(floorKeys.column(place, part, filter), pages);
const ids = (place: Place, part: Part = 'waiting', filter: Filter = NO_FILTER) =>
  clientsOf(cache.getQueryData(floorKeys.column(place, part, filter))).map(({ id }) => id);
const known = (id: string) =>
  cache.getQueryData<Seller[]>(floorKeys.sellers)?.find((one) => one.id === id) as Seller;

beforeEach(() => {
  cache = new QueryClient();
  cache.setQueryData(floorKeys.sellers, [
    seller('vera', { name: 'Vera', pending: 2, clients: 2 }),
    seller('vitor', { name: 'Vitor', pending: 1, clients: 1 }),
  ]);
  hold('vera', 'waiting', pagesOf([client('a', 59, 'vera'), client('b', 44, 'vera')]));
  hold('vitor', 'waiting', pagesOf([client('c', 50, 'vitor')]));
  hold(NOBODY, 'waiting', pagesOf([]));
});

it('a client who goes to another seller is in that column, in order, and counted there', () => {
  moveInCache(cache, 'a', 'vitor');
  expect([ids('vera'), ids('vitor')]).toEqual([['b'], ['a', 'c']]);
  expect(findClient(cache, 'a')?.client.seller).toEqual({ id: 'vitor', name: 'Vitor' });
  expect([known('vera').pending, known('vitor').pending]).toEqual([1, 2]);
  // The hint and the answer tell of the same move: it counts once.
  moveInCache(cache, 'a', 'vitor', client('a', 59, 'vitor'));
  expect([known('vera').pending, known('vitor').pending, ids('vitor')]).toEqual([1, 2, ['a', 'c']]);
});

it('who is released waits with nobody, unless it is no client to be dealt any more', () => {
  moveInCache(cache, 'a', NOBODY);
  expect([ids('vera'), ids(NOBODY)]).toEqual([['b'], ['a']]);
  moveInCache(cache, 'b', NOBODY, { ...client('b', 20), state: 'active' });
  expect([ids('vera'), ids(NOBODY)]).toEqual([[], ['a']]);
});

it('shows in a filtered column only whom the same filter showed before', () => {
  hold('vera', 'waiting', pagesOf([client('a', 59, 'vera')]), sought);
  hold('vitor', 'waiting', pagesOf([]), sought);
  moveInCache(cache, 'b', 'vitor');
  expect(ids('vitor', 'waiting', sought)).toEqual([]);
  moveInCache(cache, 'a', 'vitor');
  expect(ids('vitor', 'waiting', sought)).toEqual(['a']);
  expect(ids('vitor')).toEqual(['a', 'c', 'b']);
});

it('a contact leaves those who wait, once, and counts for the seller', () => {
  hold('vera', 'contacted', pagesOf([]));
  contactInCache(cache, 'a', 'vera', '2026-11-22T15:00:00Z');
  contactInCache(cache, 'a', 'vera', '2026-11-22T15:00:00Z');
  expect([ids('vera'), ids('vera', 'contacted')]).toEqual([['b'], ['a']]);
  expect([known('vera').pending, known('vera').contacted, known('vera').clients]).toEqual([1, 1, 2]);
});

it('a seller who pauses is no longer there', () => {
  presenceInCache(cache, 'vera', false, true);
  expect([known('vera').is_online, known('vera').is_paused]).toEqual([false, true]);
});
