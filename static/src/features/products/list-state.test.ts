import { expect, it } from 'vitest';
import { isFiltered, readState, resorted, writeState } from './list-state';

const read = (address: string) => readState(new URLSearchParams(address));

it('finds its way back from the address it wrote', () => {
  const address = 'search=cimento&standing=inactive&sort=-price&page=2';
  expect(writeState(read(address), { page: 2 }).toString()).toBe(address);
  expect(isFiltered(read('standing=active'))).toBe(true);
});

it('does not trust the address, and leaves out what goes without saying', () => {
  expect(writeState(read('standing=gone&sort=-cost&page=0'), {}).toString()).toBe('');
  expect(isFiltered(read(''))).toBe(false);
});

it('begins with the dearest, and with A', () => {
  expect(resorted({ field: 'name', descending: false }, 'price').descending).toBe(true);
  expect(resorted({ field: 'price', descending: true }, 'sku').descending).toBe(false);
});
