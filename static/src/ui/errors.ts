import type { TFunction } from 'i18next';
import { Problem } from '@/api/problem';
import { ptBR } from '@/i18n/pt-BR';
import { CommandRefused } from '@/live/outbox';

type KnownCode = keyof typeof ptBR.errors.code;
const isKnown = (code: string): code is KnownCode => code in ptBR.errors.code;

/** One sentence for people about a failed call or refused command. */
export function describeError(error: unknown, t: TFunction): string {
  if (error instanceof Problem || error instanceof CommandRefused) {
    if (isKnown(error.code)) return t(`errors.code.${error.code}`);
    if (error.errors.length > 0) return t('errors.code.invalid');
    return error.message || t('errors.code.unknown');
  }
  return t('errors.code.unknown');
}

type FieldCode = keyof typeof ptBR.validation.codes;

/** What is taken is told at the field that holds it. */
const TAKEN = {
  email_taken: 'email',
  phone_taken: 'phone',
  sku_taken: 'sku',
  order_number_taken: 'number',
} as const;

/** The server's word on single fields, to be shown at those fields, in the person's language. */
export function fieldErrors(error: unknown, t: TFunction): Record<string, string> {
  if (!(error instanceof Problem || error instanceof CommandRefused)) return {};
  if (error.code in TAKEN) {
    const code = error.code as keyof typeof TAKEN;
    return { [TAKEN[code]]: t(`errors.code.${code}`) };
  }
  return Object.fromEntries(error.errors.map((wrong) => [wrong.field, fieldMessage(wrong, t)]));
}

/** What is wrong with a field. */
export function fieldMessage(
  { field, code, message }: { field: string; code: string; message: string },
  t: TFunction,
): string {
  const known = [`${field}_${code}`, code].find((key): key is FieldCode => key in ptBR.validation.codes);
  return known ? t(`validation.codes.${known}`) : message;
}
