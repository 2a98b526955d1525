/** Money is a decimal string on the wire and whole cents in sums; it never passes through a float. */

/** `"1234.5"` → `123450n`; what is not an amount of at most two decimals counts as nothing. */
export function toCents(amount: string | null | undefined): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount ?? '');
  if (!match) return 0n;
  const [, sign, whole = '0', decimals = ''] = match;
  const cents = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'));
  return sign ? -cents : cents;
}

/** `123450n` → `"1234.50"`. */
export function fromCents(cents: bigint): string {
  const size = cents < 0n ? -cents : cents;
  const decimals = (size % 100n).toString().padStart(2, '0');
  return `${cents < 0n ? '-' : ''}${size / 100n}.${decimals}`;
}

export function sumAmounts(amounts: Iterable<string | null | undefined>): string {
  let total = 0n;
  for (const amount of amounts) total += toCents(amount);
  return fromCents(total);
}
