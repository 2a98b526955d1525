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

/** The server's word on single fields, to be shown at those fields, in the person's language. */
export function fieldErrors(error: unknown, t: TFunction): Record<string, string> {
  if (!(error instanceof Problem || error instanceof CommandRefused)) return {};
  if (error.code === 'email_taken') return { email: t('errors.code.email_taken') };
  return Object.fromEntries(
    error.errors.map(({ field, code, message }) => {
      const known = [`${field}_${code}`, code].find((key): key is FieldCode => key in ptBR.validation.codes);
      return [field, known ? t(`validation.codes.${known}`) : message];
    }),
  );
}
