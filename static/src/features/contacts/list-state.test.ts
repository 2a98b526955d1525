import { expect, it } from 'vitest';
import { EVERYBODY, isFiltered, readState, resorted, writeState } from './list-state';

const read = (address: string) => readState(new URLSearchParams(address));

it('finds its way back from the address it wrote', () => {
  const address =
    'search=jo%C3%A3o&tag=vip&region=Zona+Sul&owner_id=7&company_id=8&purchases=some&sort=-total_spent&page=3';
  const state = read(address);
  expect(writeState(state, { page: state.page }).toString()).toBe(address);
  expect(readState(writeState(state, { page: state.page }))).toEqual(state);
});

it('does not trust the address', () => {
  expect(read('purchases=many&sort=-password&page=-4')).toMatchObject({
    purchases: null,
    sort: { field: 'name', descending: false },
    page: 1,
  });
});

it('tells whether somebody is left out, and shows everybody again', () => {
  const state = read('tag=vip&sort=-total_spent');
  expect(isFiltered(state)).toBe(true);
  const everybody = { ...state, ...EVERYBODY };
  expect(isFiltered(everybody)).toBe(false);
  expect(writeState(state, EVERYBODY).toString()).toBe('sort=-total_spent');
});

it('begins at the first page when what is shown changes', () => {
  expect(writeState(read('tag=vip&page=4'), { region: 'Centro' }).toString()).toBe('tag=vip&region=Centro');
});

it('orders sums from the largest and names from A, and turns round at the second press', () => {
  const byTotal = resorted({ field: 'name', descending: false }, 'total_spent');
  expect(byTotal).toEqual({ field: 'total_spent', descending: true });
  expect(resorted(byTotal, 'total_spent').descending).toBe(false);
  expect(resorted(byTotal, 'name').descending).toBe(false);
});
