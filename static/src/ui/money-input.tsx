import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fromCents, toCents } from './money';

interface Props extends Omit<NumberInputProps, 'value' | 'onChange' | 'onValueChange'> {
  /** A decimal string, or null for none. */
  value: string | null;
  onChange(value: string | null): void;
}

/** An amount in reais. It is written as people write it and given on as a decimal string. */
export function MoneyInput({ value, onChange, ...props }: Props) {
  const { i18n } = useTranslation();
  // Cents are shown once written; while writing they would get in the way.
  const [writing, setWriting] = useState(false);
  const portuguese = i18n.language.startsWith('pt');
  return (
    <NumberInput
      prefix="R$ "
      decimalScale={2}
      fixedDecimalScale={!writing}
      decimalSeparator={portuguese ? ',' : '.'}
      thousandSeparator={portuguese ? '.' : ','}
      allowNegative={false}
      allowedDecimalSeparators={[',', '.']}
      hideControls
      inputMode="decimal"
      styles={{ input: { fontVariantNumeric: 'tabular-nums' } }}
      onBlur={() => setWriting(false)}
      {...props}
      value={value === null ? '' : Number(value)}
      onValueChange={({ value: written }, { source }) => {
        // Not what the person wrote but our own value, formatted.
        if (source !== 'event') return;
        setWriting(true);
        onChange(written === '' ? null : fromCents(toCents(written.replace(/\.$/, ''))));
      }}
    />
  );
}
