import { expect, it } from 'vitest';
import { changedFields, toFields, toValues } from './form-values';
import { contact } from './testing';

const marta = contact({
  name: 'Marta Reis',
  phone: '+5511988887777',
  email: 'marta@exemplo.com.br',
  tags: ['vip'],
  custom: { visitas: 3, cpf: '52998224725', aniversário: '3 dez' },
});
const fields = (change: Partial<ReturnType<typeof toValues>>) =>
  changedFields(marta, toFields({ ...toValues(marta), ...change }, marta.custom));

it('shows the phone and the CPF as Brazilians write them', () => {
  expect(toValues(marta)).toMatchObject({ phone: '(11) 98888-7777', cpf: '529.982.247-25' });
});

it('sends nothing of a form that was only looked at', () => {
  expect(fields({})).toEqual({});
});

it('sends what was changed, and null for what was emptied', () => {
  expect(fields({ name: ' Marta ', phone: '11 3456 7890', email: ' ', tags: [] })).toEqual({
    name: 'Marta',
    phone: '+551134567890',
    email: null,
    tags: [],
  });
});

it('changes among the other data only what the form shows of them', () => {
  expect(fields({ cpf: '', extras: [{ name: ' time ', value: 'Bahia' }] })).toEqual({
    custom: { visitas: 3, time: 'Bahia' },
  });
});

it('leaves a number that is none to the server to refuse', () => {
  expect(fields({ phone: 'ramal 12' })).toEqual({ phone: 'ramal 12' });
});
