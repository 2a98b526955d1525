/** `12ABC34501DE35` → `12.ABC.345/01DE-35`; what is not a whole number stays as it was written. */
export function formatCnpj(text: string): string {
  const match = /^(\w{2})(\w{3})(\w{3})(\w{4})(\d{2})$/.exec(text);
  return match ? `${match[1]}.${match[2]}.${match[3]}/${match[4]}-${match[5]}` : text;
}

/** The fourteen characters without punctuation, letters in upper case. */
export const bareCnpj = (text: string): string => text.replace(/[./\- ]/g, '').toUpperCase();

/** By the rule of July 2026: twelve digits or letters and two check digits. The same as the server's. */
export function isCnpj(text: string): boolean {
  const number = bareCnpj(text);
  if (!/^[0-9A-Z]{12}\d{2}$/.test(number)) return false;
  const base = number.slice(0, 12);
  if (new Set(base).size === 1) return false;
  const first = checkDigit(base);
  return number === base + first + checkDigit(base + first);
}

function checkDigit(base: string): string {
  // A character counts as its distance from '0'; the weights run 2, 3, … 9 and again from 2, from the right.
  const sum = [...base]
    .reverse()
    .reduce((total, character, index) => total + (character.charCodeAt(0) - 48) * (2 + (index % 8)), 0);
  const rest = sum % 11;
  return String(rest < 2 ? 0 : 11 - rest);
}
