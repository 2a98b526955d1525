import { expect, it } from 'vitest';
import { formatCnpj, isCnpj } from './cnpj';

it.each([
  ['12.ABC.345/01DE-35', true],
  ['12abc34501de35', true],
  ['11.222.333/0001-81', true],
  ['00000000000191', true],
  ['11222333000182', false],
  ['12ABC34501DE36', false],
  ['11222333000', false],
  ['112223330001811', false],
  ['00000000000000', false],
  ['12ABC34501D€35', false],
  ['', false],
])('says of the CNPJ %s what the server says: %s', (text, valid) => {
  expect(isCnpj(text)).toBe(valid);
});

it('writes a whole number with its punctuation', () => {
  expect(formatCnpj('12ABC34501DE35')).toBe('12.ABC.345/01DE-35');
  expect(formatCnpj('12ABC')).toBe('12ABC');
});
