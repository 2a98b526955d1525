/** CPF: nine digits and two that check them. */

export const bareCpf = (text: string): string => text.replace(/\D/g, '');

export function isCpf(text: string): boolean {
  const digits = bareCpf(text);
  if (!/^[\d.\-\s]*$/.test(text) || digits.length !== 11 || /^(\d)\1*$/.test(digits)) return false;
  return checkDigit(digits.slice(0, 9)) === digits[9] && checkDigit(digits.slice(0, 10)) === digits[10];
}

function checkDigit(digits: string): string {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (digits.length + 1 - at), 0);
  return String(((sum * 10) % 11) % 10);
}

/** `52998224725` → `529.982.247-25`; what is no CPF stays as it is. */
export function formatCpf(text: string): string {
  return isCpf(text) ? bareCpf(text).replace(/(\d{3})(\d{3})(\d{3})(\d{2})/, '$1.$2.$3-$4') : text;
}
