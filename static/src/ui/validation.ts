/** Checks that spare a round trip; the server has the last word. */

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

/** bcrypt reads 72 bytes, so the limit counts bytes and not characters. */
export function isPassword(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length;
  return [...text].length >= 8 && bytes <= 72;
}

/** Eight to fifteen digits, however they are grouped. */
export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return /^\+?[\d ()./-]*$/.test(text.trim()) && digits >= 8 && digits <= 15;
}

/** The address of a web site on a named host, with or without `https://` before it. */
export function isWebAddress(text: string): boolean {
  const address = text.trim();
  if (/\s/.test(address)) return false;
  const whole = address.includes('://') ? address : `https://${address}`;
  if (!URL.canParse(whole)) return false;
  const url = new URL(whole);
  return (
    /^https?:$/.test(url.protocol) && /[^.]\.[^.]*\D\.?$/.test(url.hostname) && !url.username && !url.password
  );
}
