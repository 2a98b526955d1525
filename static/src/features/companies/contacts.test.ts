import { expect, it } from 'vitest';
import { contactsOf } from './contacts';

it('names each person once, with all that the deals know', () => {
  const joao = { name: 'João Lima', email: 'joao@padaria.com.br', phone: null };
  const again = { name: null, email: 'Joao@padaria.com.br', phone: '11988887777' };
  const nobody = { name: null, email: null, phone: null };
  const rita = { name: 'Rita', email: null, phone: null };
  expect(contactsOf([joao, nobody, again, rita, { ...rita, name: 'RITA' }])).toEqual([
    { key: 'joao@padaria.com.br', name: 'João Lima', email: 'joao@padaria.com.br', phone: '11988887777' },
    { key: 'rita', name: 'Rita', email: null, phone: null },
  ]);
});
