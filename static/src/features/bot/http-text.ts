/** Headers and bodies as people type them. */

export const writeHeaders = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** A header a line; null where a line is none. */
export function readHeaders(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n').filter((each) => each.trim())) {
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (!name) return null;
    headers[name] = value ?? '';
  }
  return headers;
}

export const writeJson = (value: unknown): string =>
  value === undefined || value === null ? '' : JSON.stringify(value, null, 2);

/** What the text says; no text says nothing, and null is what cannot be read. */
export function readJson(text: string): { value: unknown } | null {
  if (!text.trim()) return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
