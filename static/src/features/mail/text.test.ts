import { expect, it } from 'vitest';
import { partsOf } from './text';

it('tells addresses from the rest, and loses nothing', () => {
  const text = 'Olá.\n\nAceitar:\nhttps://crm.example.com/accept-invitation#ab12\n\nAté logo.';
  const parts = partsOf(text);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  expect(parts.filter(({ href }) => href)).toEqual([
    {
      text: 'https://crm.example.com/accept-invitation#ab12',
      href: 'https://crm.example.com/accept-invitation#ab12',
    },
  ]);
  expect(partsOf('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', href: null }]);
});
