import { expect, it } from 'vitest';
import { lost, merged } from './merging';
import { contact } from './testing';

const marta = contact({
  id: '1',
  name: 'Marta',
  email: 'm@a.br',
  tags: ['vip'],
  notes: 'Um',
  custom: { a: 1 },
  last_purchase_at: '2026-09-01T12:00:00Z',
  total_spent: '10.10',
  order_count: 1,
});
const other = contact({
  id: '2',
  name: 'Marta R.',
  phone: '+5511988887777',
  email: 'outra@a.br',
  tags: ['vip', 'obra'],
  notes: 'Dois',
  custom: { a: 2, b: 3 },
  last_purchase_at: '2026-10-05T12:00:00-03:00',
  total_spent: '0.20',
  order_count: 2,
});

it('makes of two contacts the one that the server will make', () => {
  expect(merged(marta, other)).toEqual({
    ...marta,
    phone: '+5511988887777',
    tags: ['vip', 'obra'],
    notes: 'Um\n\nDois',
    custom: { a: 1, b: 3 },
    last_purchase_at: '2026-10-05T12:00:00-03:00',
    total_spent: '10.30',
    order_count: 3,
  });
});

it('names what will not be known any more, whichever way round', () => {
  expect(lost(marta, other)).toEqual([
    { field: 'name', value: 'Marta R.' },
    { field: 'email', value: 'outra@a.br' },
  ]);
  expect(lost(other, marta).map(({ value }) => value)).toEqual(['Marta', 'm@a.br']);
});

it('writes the same notes once, and has no more tags than a contact can have', () => {
  const many = Array.from({ length: 20 }, (_, number) => `t${number}`);
  const one = merged(contact({ notes: 'Um', tags: many }), contact({ notes: 'Um', tags: ['a mais'] }));
  expect(one.notes).toBe('Um');
  expect(one.tags).toEqual(many);
});
