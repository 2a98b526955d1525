import { expect, it } from 'vitest';
import { afterMoves, changesOf, gainOf, type Move, movesTo } from './moves';
import { type ClientPages, clientsOf, including, without } from './pages';
import { client, pagesOf } from './testing';

const ids = (pages: ClientPages) => clientsOf(pages).map(({ id }) => id);
const total = (pages: ClientPages) => pages.pages[0]?.total;

it('a client that comes stands where the days without a purchase put it', () => {
  const pages = pagesOf([client('a', 59), client('b', 44), client('c', 31)]);
  const after = including(pages, client('n', 50));
  expect(ids(after)).toEqual(['a', 'n', 'b', 'c']);
  expect(total(after)).toBe(4);
  expect(ids(including(pages, client('z', 30)))).toEqual(['a', 'b', 'c', 'z']);
  expect(ids(including(after, client('n', 50)))).toEqual(['a', 'n', 'b', 'c']);
  expect(total(including(after, client('n', 50)))).toBe(4);
});

it('beyond what is loaded it is only counted, and within a page it is found again', () => {
  const pages = pagesOf([client('a', 59), client('b', 44)], 9);
  const after = including(pages, client('n', 31));
  expect([ids(after), total(after)]).toEqual([['a', 'b'], 10]);
  expect([ids(without(after, 'a')), total(without(after, 'a'))]).toEqual([['b'], 9]);
  expect(without(pages, 'nobody')).toBe(pages);
});

it('whoever never bought comes last', () => {
  const never = { ...client('n', 1), last_purchase_at: null, days_since_purchase: null };
  expect(ids(including(pagesOf([client('a', 59)]), never))).toEqual(['a', 'n']);
  expect(ids(including(pagesOf([never]), client('a', 31)))).toEqual(['a', 'n']);
});

it('one’s own moves lie on top: both columns and their counts are as they will be', () => {
  const [a, b] = [client('a', 59, 'vera'), client('b', 44, 'vera')];
  const move: Move = { client: a, from: 'vera', to: 'vitor' };
  const moves = new Map([['a', move]]);
  expect(afterMoves([a, b], moves, 'vera')).toEqual([b]);
  expect(afterMoves([], moves, 'vitor')).toEqual([a]);
  expect([gainOf(moves, 'vera'), gainOf(moves, 'vitor'), gainOf(moves, 'nobody')]).toEqual([-1, 1, 0]);
  // The server has it there already: not twice.
  expect(afterMoves([a], moves, 'vitor')).toEqual([a]);
});

it('moves nobody who is there already or was contacted', () => {
  const done = { ...client('c', 40, 'vera'), contacted: true };
  const list = [client('a', 59, 'vera'), client('b', 44, 'vitor'), client('d', 33), done];
  expect(movesTo(list, 'vitor').map(({ client: { id }, from }) => [id, from])).toEqual([
    ['a', 'vera'],
    ['d', 'nobody'],
  ]);
});

it('a preview tells who loses and who wins, and leaves out whom nothing happens to', () => {
  const of = (name: string, before: number, after: number, gains = 0, loses = 0) => ({
    name,
    before,
    after,
    gains,
    loses,
  });
  const sellers = [of('Vitor', 3, 7, 4), of('Ana', 5, 5), of('Vera', 9, 5, 0, 4), of('Eva', 2, 2, 1, 1)];
  expect(changesOf(sellers).map(({ name }) => name)).toEqual(['Vera', 'Eva', 'Vitor']);
});
