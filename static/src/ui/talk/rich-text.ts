/** What in a message is a link or names somebody. Pure; whom a text really names the server decides. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string };

const LINK = /https?:\/\/[^\s<>"]+/giu;
/** What ends a sentence is no part of the address before it. */
const TRAILING = /[.,;:!?'")\]}»]+$/u;
const EVERYBODY = ['todos', 'todas', 'all', 'everyone'];

/** `names`: the full names of those whom the message mentions. */
export function piecesOf(text: string, names: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const href = withoutTrailing(match[0]);
    if (!URL.canParse(href)) continue;
    pieces.push(...mentionsIn(text.slice(at, match.index), names));
    pieces.push({ kind: 'link', text: href, href });
    at = match.index + href.length;
  }
  return [...pieces, ...mentionsIn(text.slice(at), names)];
}

function withoutTrailing(address: string): string {
  const short = address.replace(TRAILING, '');
  // `…/Balcão_(móvel)` closes what it opened.
  return short.split('(').length > short.split(')').length && address[short.length] === ')'
    ? `${short})`
    : short;
}

function mentionsIn(text: string, names: readonly string[]): Piece[] {
  if (names.length === 0) return text ? [{ kind: 'text', text }] : [];
  const words = [...names.flatMap((name) => [name, name.split(' ')[0] ?? name]), ...EVERYBODY];
  const longestFirst = words.sort((a, b) => b.length - a.length).map(escaped);
  const mention = new RegExp(`(?<![\\p{L}\\p{N}])@(?:${longestFirst.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(mention)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
    pieces.push({ kind: 'mention', text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return pieces;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What somebody is writing after an `@` that ends at the caret; null where they write no name. */
export function nameBeingWritten(text: string, caret: number): { from: number; query: string } | null {
  const match = /(?<![\p{L}\p{N}])@([\p{L}\p{N}]*(?: [\p{L}\p{N}]*)?)$/u.exec(text.slice(0, caret));
  return match ? { from: match.index, query: match[1] ?? '' } : null;
}
