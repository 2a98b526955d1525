import { expect, it } from 'vitest';
import { isPhone, isWebAddress } from './validation';

it.each([
  ['padaria.com.br', true],
  ['https://www.padaria.com.br/contato?x=1', true],
  ['http://loja.local.', true],
  ['javascript:alert(1)', false],
  ['ftp://padaria.com.br', false],
  ['https://eu:senha@padaria.com.br', false],
  ['padaria', false],
  ['10.0.0.1', false],
  ['padaria pão.com', false],
])('takes %s for a web address: %s', (text, valid) => {
  expect(isWebAddress(text)).toBe(valid);
});

it.each([
  ['(11) 98888-7777', true],
  ['+55 11 3456.7890', true],
  ['1234567', false],
  ['1234567890123456', false],
  ['ramal 12345678', false],
])('takes %s for a phone number: %s', (text, valid) => {
  expect(isPhone(text)).toBe(valid);
});
