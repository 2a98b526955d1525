import { expect, it } from 'vitest';
import { formatPhone, parsePhone } from './phone';

it.each([
  '+55 11 98888-7777',
  '(11) 98888-7777',
  '011 98888 7777',
  '5511988887777',
  '0055 11 98888.7777',
  '11 8888-7777',
  '+551188887777',
])('reads %s as the same number', (written) => {
  expect(parsePhone(written)).toBe('+5511988887777');
});

it.each([
  ['11 3456-7890', '+551134567890'],
  ['+49 30 901820', '+4930901820'],
])('reads %s', (written, number) => {
  expect(parsePhone(written)).toBe(number);
});

it.each([
  '',
  '8888-7777',
  '98888-7777',
  'ramal 12',
  '11+988887777',
  '+55 11 1234',
  '+1',
  '10 98888-7777',
  '+0123456789',
])('reads no number in %j', (written) => {
  expect(parsePhone(written)).toBeNull();
});

it('shows numbers as Brazilians write them, and those of other countries as they are', () => {
  expect(formatPhone('+5511988887777')).toBe('(11) 98888-7777');
  expect(formatPhone('+551134567890')).toBe('(11) 3456-7890');
  expect(formatPhone('+4930901820')).toBe('+4930901820');
  for (const number of ['+5511988887777', '+551134567890', '+4930901820'])
    expect(parsePhone(formatPhone(number))).toBe(number);
});
