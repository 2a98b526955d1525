import { expect, it } from 'vitest';
import { detect, told } from './columns';

it('knows columns by their usual names, whatever their spelling', () => {
  const detected = detect([
    'Nome do Cliente',
    'Celular',
    'REGIÃO',
    'Data do Pedido',
    'Valor_Total',
    'Bairro',
  ]);
  expect(detected).toMatchObject({
    name: 'Nome do Cliente',
    phone: 'Celular',
    region: 'REGIÃO',
    ordered_at: 'Data do Pedido',
    value: 'Valor_Total',
    email: null,
    product: null,
  });
});

it('takes the first of two columns of one kind', () => {
  expect(detect(['Telefone', 'Celular']).phone).toBe('Telefone');
});

it('tells the server only what the names do not', () => {
  const detected = detect(['Quem', 'Fone 1', 'Telefone']);
  expect(told(detected, detected)).toEqual({});
  expect(told(detected, { ...detected, name: 'Quem', phone: 'Fone 1' })).toEqual({
    name: 'Quem',
    phone: 'Fone 1',
  });
});
