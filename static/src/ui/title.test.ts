import { expect, it } from 'vitest';
import { titleOf } from './title';

it('says how much waits before everything else, since tabs are narrow', () => {
  expect(titleOf({ screen: null, waiting: 0 }, 'Balcão')).toBe('Balcão');
  expect(titleOf({ screen: 'Painel', waiting: 3 }, 'Balcão')).toBe('(3) Painel · Balcão');
  expect(titleOf({ screen: null, waiting: 120 }, 'Balcão')).toBe('(99+) Balcão');
});
