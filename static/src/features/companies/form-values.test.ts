import { expect, it } from 'vitest';
import type { Company } from '@/api/types';
import { changedFields, toFields, toValues } from './form-values';

const company: Company = {
  id: '1',
  name: 'Padaria Pão & Cia',
  legal_name: null,
  cnpj: '12ABC34501DE35',
  email: 'contato@padaria.com.br',
  phone: '1134567890',
  website: 'https://padaria.com.br',
  industry: 'Alimentos',
  size: 'small',
  address: 'Rua A, 1\nSão Paulo',
  notes: null,
  owner_id: null,
  lead_count: 0,
  open_lead_count: 0,
  open_value: '0.00',
  created_by: null,
  created_at: '2026-11-01T12:00:00Z',
  updated_at: '2026-11-01T12:00:00Z',
};

it('sends nothing of a form that was only looked at', () => {
  expect(changedFields(company, toFields(toValues(company)))).toEqual({});
});

it('sends what was changed, and null for what was emptied', () => {
  const values = { ...toValues(company), name: ' Pão ', email: ' ', cnpj: '11.222.333/0001-81' };
  expect(changedFields(company, toFields(values))).toEqual({
    name: 'Pão',
    email: null,
    cnpj: '11222333000181',
  });
});
