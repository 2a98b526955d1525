/** A contact as its form holds it: texts as typed, and back. */
import type { Contact } from '@/api/types';
import { bareCpf, formatCpf, isCpf } from '@/ui/cpf';
import { formatPhone, parsePhone } from '@/ui/phone';
import type { ContactFields } from './api';

/** Something else that is noted, under a name that people gave it. */
export interface Extra {
  name: string;
  value: string;
}

export interface FormValues {
  name: string;
  phone: string;
  email: string;
  cpf: string;
  region: string;
  tags: string[];
  /** The name as written; only one that was picked is kept. */
  company: string | null;
  company_id: string | null;
  owner_id: string | null;
  notes: string;
  extras: Extra[];
}

type Custom = Contact['custom'];

/** Where among the other data the CPF stands. */
export const CPF = 'cpf';

/** What of the other data people can read and write: texts. */
export const extrasOf = (custom: Custom): Extra[] =>
  Object.entries(custom).flatMap(([name, value]) =>
    name !== CPF && typeof value === 'string' ? [{ name, value }] : [],
  );

export const cpfOf = (custom: Custom): string | null => {
  const cpf = custom[CPF];
  return typeof cpf === 'string' && cpf !== '' ? cpf : null;
};

export function toValues(contact: Contact | undefined): FormValues {
  return {
    name: contact?.name ?? '',
    phone: formatPhone(contact?.phone ?? ''),
    email: contact?.email ?? '',
    cpf: formatCpf(contact ? (cpfOf(contact.custom) ?? '') : ''),
    region: contact?.region ?? '',
    tags: contact?.tags ?? [],
    company: null,
    company_id: contact?.company_id ?? null,
    owner_id: contact?.owner_id ?? null,
    notes: contact?.notes ?? '',
    extras: contact ? extrasOf(contact.custom) : [],
  };
}

export function toFields(values: FormValues, before: Custom = {}): ContactFields {
  const text = (value: string) => value.trim() || null;
  return {
    name: values.name.trim(),
    phone: parsePhone(values.phone) ?? text(values.phone),
    email: text(values.email),
    region: text(values.region),
    tags: values.tags,
    company_id: values.company_id,
    owner_id: values.owner_id,
    notes: text(values.notes),
    custom: customOf(values, before),
  };
}

/** What is no text is none of the form's business, and stays. */
function customOf({ cpf, extras }: FormValues, before: Custom): Custom {
  const others = Object.entries(before).filter(([, value]) => typeof value !== 'string');
  const written = extras.map(({ name, value }) => [name.trim(), value.trim()] as const);
  const custom: Custom = Object.fromEntries([
    ...others,
    ...written.filter(([name, value]) => name !== '' && value !== ''),
  ]);
  if (cpf.trim()) custom[CPF] = isCpf(cpf) ? bareCpf(cpf) : cpf.trim();
  return custom;
}

/** Only what was changed is sent, so that what others change meanwhile stays. */
export function changedFields(before: ContactFields, after: ContactFields): Partial<ContactFields> {
  const fields = Object.entries(after) as [keyof ContactFields, unknown][];
  return Object.fromEntries(fields.filter(([field, value]) => !equal(value, before[field])));
}

function equal(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown) =>
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
        : inner,
    );
  return sorted(a) === sorted(b);
}
