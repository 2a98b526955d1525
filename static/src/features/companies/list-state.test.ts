import { expect, it } from 'vitest';
import { isFiltered, readState, resorted, writeState } from './list-state';

const read = (address: string) => readState(new URLSearchParams(address));

it('finds its way back from the address it wrote', () => {
  const state = read('search=p%C3%A3o&industry=Alimentos&size=small&owner_id=7&sort=-created_at&page=3');
  expect(state.search).toBe('pão');
  expect(readState(writeState(state, { page: state.page }))).toEqual(state);
});

it('leaves out of the address what goes without saying', () => {
  expect(writeState(read(''), {}).toString()).toBe('');
  expect(isFiltered(read(''))).toBe(false);
  expect(isFiltered(read('size=large'))).toBe(true);
});

it('does not trust the address', () => {
  const state = read('size=huge&sort=-password&page=-4');
  expect(state).toMatchObject({ size: null, sort: { field: 'name', descending: false }, page: 1 });
});

it('begins at the first page when what is shown changes, and keeps the rest', () => {
  const state = read('search=loja&page=4&size=small');
  expect(writeState(state, { size: null }).toString()).toBe('search=loja');
  expect(writeState(state, { page: 5 }).toString()).toBe('search=loja&size=small&page=5');
});

it('turns an order round at the second press', () => {
  const newest = resorted({ field: 'name', descending: false }, 'created_at');
  expect(newest).toEqual({ field: 'created_at', descending: true });
  expect(resorted(newest, 'created_at')).toEqual({ field: 'created_at', descending: false });
  expect(resorted(newest, 'name')).toEqual({ field: 'name', descending: false });
});
