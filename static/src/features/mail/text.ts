export interface Part {
  text: string;
  /** Where it leads, where it is an address. */
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/g;

/** A mail's text, with the addresses in it told apart. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: match[0], href: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}
