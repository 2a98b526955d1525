import { expect, it } from 'vitest';
import { formatCpf, isCpf } from './cpf';

it.each([
  ['529.982.247-25', true],
  ['52998224725', true],
  ['111.444.777-35', true],
  ['529.982.247-24', false],
  ['529.982.247-2', false],
  ['111.111.111-11', false],
  ['cpf 52998224725', false],
])('takes %s for a CPF: %s', (text, valid) => {
  expect(isCpf(text)).toBe(valid);
});

it('is shown with its punctuation', () => {
  expect(formatCpf('52998224725')).toBe('529.982.247-25');
  expect(formatCpf('5299822')).toBe('5299822');
});
