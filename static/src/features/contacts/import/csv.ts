/** Reads CSV by the rules by which the server will, so that what is shown before is what will be imported. */

export interface Row {
  /** The line of the file on which it begins; the first is the one with the names. */
  line: number;
  cells: string[];
}

export interface Table {
  names: string[];
  rows: Row[];
}

/** UTF-8, or what older spreadsheets write; the end may be cut off in the middle of a character. */
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('iso-8859-1').decode(bytes);
  }
}

/** Whichever stands most often in the first line. */
export function separatorOf(text: string): string {
  const first = text.slice(0, firstEnd(text));
  const count = (separator: string) => first.split(separator).length;
  return [';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best), ',');
}

function firstEnd(text: string): number {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text.length : end;
}

/** At most so many rows; a last row whose end was cut off is left out. */
export function readTable(text: string, most = Number.POSITIVE_INFINITY, cut = false): Table {
  const rows: Row[] = [];
  // One more than asked for tells that the last one is whole.
  for (const row of records(text, separatorOf(text))) {
    rows.push(row);
    if (rows.length > most + 1) break;
  }
  if (cut && rows.length <= most + 1) rows.pop();
  const [head, ...others] = rows;
  return { names: head?.cells ?? [], rows: others.slice(0, most) };
}

function* records(text: string, separator: string): Generator<Row> {
  let line = 1;
  let [begun, cell, cells, quoted] = [1, '', [] as string[], false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\n' || (char === '\r' && text[at + 1] !== '\n')) line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += char;
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) {
      cells.push(cell.trim());
      cell = '';
    } else if (char === '\n' || char === '\r') {
      cells.push(cell.trim());
      if (cells.some(Boolean)) yield { line: begun, cells };
      [begun, cell, cells] = [line, '', []];
    } else cell += char;
  }
  cells.push(cell.trim());
  if (cells.some(Boolean)) yield { line: begun, cells };
}

/** A spreadsheet here opens it as it is meant: with semicolons, and told that it is UTF-8. */
export function writeTable(rows: readonly (readonly string[])[]): Blob {
  const quoted = (cell: string) => (/[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const text = rows.map((row) => row.map((cell) => quoted(guarded(cell))).join(';')).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}

/** No spreadsheet takes it for a formula; an import takes the apostrophe off again. */
const guarded = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
