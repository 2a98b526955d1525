import { expect, it } from 'vitest';
import { endOf, startOf } from './days';
import { ALL_ORDERS, isFiltered, readOrders, writeOrders } from './orders-state';

const read = (address: string) => readOrders(new URLSearchParams(address));

it('finds its way back from the address it wrote, and to all orders', () => {
  const address = 'search=A-1&product_id=7&from=2026-11-01&to=2026-11-30&sort=value&page=2';
  expect(writeOrders(read(address), { page: 2 }).toString()).toBe(address);
  expect(isFiltered(read(address))).toBe(true);
  expect(writeOrders(read(address), ALL_ORDERS).toString()).toBe('sort=value');
});

it('takes no day that is none', () => {
  expect(read('from=yesterday&to=2026-13-40')).toMatchObject({ from: null, to: null });
});

it('counts the last day whole', () => {
  const day = 86_400_000;
  expect(Date.parse(endOf('2026-11-30')) - Date.parse(startOf('2026-11-30'))).toBe(day);
});
