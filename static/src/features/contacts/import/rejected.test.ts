import { expect, it } from 'vitest';
import { rejectedRows } from './rejected';

const errors = [
  { row: 3, field: 'name', code: 'required', message: '' },
  { row: 3, field: 'phone', code: 'invalid', message: '' },
  { row: 5, field: 'email', code: 'invalid', message: '' },
];
const words = {
  line: 'Linha',
  field: 'Campo',
  reason: 'Motivo',
  describe: ({ code }: { code: string }) => `${code}.`,
  fieldName: (field: string) => field,
};

it('gives the bad rows of the file back with their reasons, so that they can be mended', async () => {
  const file = new File(['nome,fone,mail\nAna,1,\n,12,\nRui,2,\n"Lia, B",3,x\n'], 'a.csv');
  expect(await rejectedRows(errors, file, words)).toEqual([
    ['nome', 'fone', 'mail', 'Motivo'],
    ['', '12', '', 'name: required. phone: invalid.'],
    ['Lia, B', '3', 'x', 'email: invalid.'],
  ]);
});

it('tells at least the lines when the file is not at hand any more', async () => {
  const rows = await rejectedRows(errors.slice(2), undefined, words);
  expect(rows).toEqual([
    ['Linha', 'Campo', 'Motivo'],
    ['5', 'email', 'invalid.'],
  ]);
});
