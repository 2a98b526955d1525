/** Phone numbers, kept as the world dials them (E.164) and shown as Brazilians write them. The server reads them by the same rules. */

const COUNTRY = '55';

/** `(11) 8888-7777` → `+5511988887777`; null, where it cannot be called from elsewhere. */
export function parsePhone(text: string): string | null {
  const written = text.trim();
  if (!/^\+?[\d()\-./ ]+$/.test(written)) return null;
  const digits = written.replace(/\D/g, '');
  const number = written.startsWith('+') ? digits : international(digits);
  if (number === null) return null;
  const whole = number.startsWith(COUNTRY) ? brazilian(number.slice(COUNTRY.length)) : number;
  return whole !== null && whole.length >= 8 && whole.length <= 15 && !whole.startsWith('0')
    ? `+${whole}`
    : null;
}

/** A number without a country is Brazilian. */
function international(digits: string): string | null {
  if (digits.startsWith('00')) return digits.slice(2);
  const national = digits.replace(/^0+/, '');
  if (national.length === 10 || national.length === 11) return COUNTRY + national;
  const hasCountry = national.length === 12 || national.length === 13;
  return hasCountry && national.startsWith(COUNTRY) ? national : null;
}

/** Two digits of the area and eight or nine of the line; old mobile numbers get their ninth. */
function brazilian(national: string): string | null {
  const [area, line] = [national.slice(0, 2), national.slice(2)];
  if (!/^[1-9]{2}$/.test(area)) return null;
  if (/^[6-9]\d{7}$/.test(line)) return `${COUNTRY}${area}9${line}`;
  return /^(?:[2-5]\d{7}|9\d{8})$/.test(line) ? COUNTRY + national : null;
}

/** `+5511988887777` → `(11) 98888-7777`; other countries' numbers keep their `+`. */
export function formatPhone(number: string): string {
  const match = /^\+55(\d{2})(\d{4,5})(\d{4})$/.exec(number);
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : number;
}
