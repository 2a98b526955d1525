import { expect, it } from 'vitest';
import { readHeaders, readJson, writeHeaders, writeJson } from './http-text';

it('reads a header a line, and says when a line is none', () => {
  const headers = { Authorization: 'Bearer a:b', 'X-Loja': '' };
  expect(readHeaders(`${writeHeaders(headers)}\n\n`)).toEqual(headers);
  expect(readHeaders('Authorization')).toBeNull();
});

it('tells a body that says nothing from one that cannot be read', () => {
  expect(readJson(writeJson({ pedido: '{{pedido}}' }))).toEqual({ value: { pedido: '{{pedido}}' } });
  expect(readJson('  ')).toEqual({ value: null });
  expect(readJson('{')).toBeNull();
});
