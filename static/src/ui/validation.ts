/** Checks that spare a round trip; the server has the last word. */

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

/** bcrypt reads 72 bytes, so the limit counts bytes and not characters. */
export function isPassword(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length;
  return [...text].length >= 8 && bytes <= 72;
}
