import { expect, it } from 'vitest';
import { isFiltered, readState, writeState } from './list-state';

it('what the list shows stands in the address, and back', () => {
  const state = readState(new URLSearchParams('search=ana&state=contacted&seller=v&period=90%2B&page=3'));
  expect(state).toEqual({ search: 'ana', state: 'contacted', seller: 'v', period: '90+', page: 3 });
  expect(readState(writeState(state, { page: 3 }))).toEqual(state);
  expect(isFiltered(state)).toBe(true);
});

it('another filter begins at its first page, and nonsense counts as nothing', () => {
  const state = readState(new URLSearchParams('page=7&state=lost'));
  expect(state).toEqual({ search: '', state: null, seller: null, period: null, page: 7 });
  expect(writeState(state, { period: '30-45' }).toString()).toBe('period=30-45');
  expect(readState(new URLSearchParams('page=-1')).page).toBe(1);
});
