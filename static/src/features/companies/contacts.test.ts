import { expect, it } from 'vitest';
import type { Contact } from '@/api/types';
import { beside, contactsOf } from './contacts';

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

it('does not name again who is among the contacts', () => {
  const contact = (name: string, email: string | null) => ({ name, email }) as Contact;
  const joao = { key: '1', name: 'João Lima', email: 'Joao@padaria.com.br', phone: null };
  const rita = { key: '2', name: 'Rita', email: null, phone: null };
  const lia = { key: '3', name: 'Lia', email: null, phone: '11' };
  const contacts = [contact('João', 'joao@padaria.com.br'), contact('RITA', null)];
  expect(beside(contacts, [joao, rita, lia])).toEqual([lia]);
});
