/** The rows that were not taken, as a file: to be mended and sent again. */
import type { Import } from '@/api/types';
import { decode, readTable, writeTable } from './csv';

type RowError = Import['errors'][number];

export interface Words {
  line: string;
  field: string;
  reason: string;
  describe(error: RowError): string;
  fieldName(field: string): string;
}

/** With the file at hand, its own rows and why; else the lines and why. */
export async function rejectedRows(
  errors: readonly RowError[],
  file: File | undefined,
  words: Words,
): Promise<string[][]> {
  if (!file) {
    const head = [words.line, words.field, words.reason];
    const row = (error: RowError) => [String(error.row), words.fieldName(error.field), words.describe(error)];
    return [head, ...errors.map(row)];
  }
  const { names, rows } = readTable(decode(await file.arrayBuffer()));
  const reasons = new Map<number, string[]>();
  for (const error of errors) {
    const known = reasons.get(error.row) ?? [];
    reasons.set(error.row, [...known, `${words.fieldName(error.field)}: ${words.describe(error)}`]);
  }
  const bad = rows.flatMap(({ line, cells }) => {
    const why = reasons.get(line);
    return why ? [[...names.map((_, at) => cells[at] ?? ''), why.join(' ')]] : [];
  });
  return [[...names, words.reason], ...bad];
}

export const rejectedFile = (rows: string[][]): Blob => writeTable(rows);
