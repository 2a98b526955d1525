import { expect, it } from 'vitest';
import { decode, readTable, separatorOf, writeTable } from './csv';

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

it('reads what spreadsheets write, whatever they separate by', () => {
  const expected = { names: ['Nome', 'Fone'], rows: [{ line: 2, cells: ['Marta', '11'] }] };
  for (const separator of [',', ';', '\t'])
    expect(readTable(`Nome${separator}Fone\r\nMarta${separator} 11 \r\n`)).toEqual(expected);
});

it('reads quoted cells with separators, quotes and line ends in them, and knows each row’s line', () => {
  const { rows } = readTable('nome,notas\n"Reis, Marta","disse ""oi""\ne saiu"\n\n,\nRui,"b\n');
  expect(rows).toEqual([
    { line: 2, cells: ['Reis, Marta', 'disse "oi"\ne saiu'] },
    { line: 6, cells: ['Rui', 'b'] },
  ]);
});

it('takes the most frequent separator of the first line', () => {
  expect(separatorOf('nome;valor, em reais;data\na,b,c,d')).toBe(';');
  expect(separatorOf('nome')).toBe(',');
});

it('shows the first rows of the beginning of a file, and none that is not whole', () => {
  const text = 'nome\na\nb\nc\nd';
  expect(readTable(text, 2).rows.map(({ cells }) => cells[0])).toEqual(['a', 'b']);
  expect(readTable(text, 9, true).rows.map(({ cells }) => cells[0])).toEqual(['a', 'b', 'c']);
});

it('reads UTF-8 cut off within a character, and what older spreadsheets write', () => {
  expect(decode(bytes('\uFEFFJoão').slice(0, -2))).toBe('Jo');
  expect(decode(Uint8Array.of(0x4a, 0x6f, 0xe3, 0x6f).buffer)).toBe('João');
});

it('writes what it can read again, and no formula', async () => {
  const rows = [
    ['nome', 'motivo'],
    ['Reis; "Marta"', '=1+1'],
  ];
  const text = decode(await writeTable(rows).arrayBuffer());
  expect(readTable(text)).toEqual({
    names: ['nome', 'motivo'],
    rows: [{ line: 2, cells: ['Reis; "Marta"', "'=1+1"] }],
  });
});
