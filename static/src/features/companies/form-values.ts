/** A company as its form holds it: texts as typed, and back. */
import type { Company } from '@/api/types';
import { bareCnpj, formatCnpj, isCnpj } from '@/ui/cnpj';
import type { CompanyFields } from './api';

export type FormValues = {
  [K in keyof CompanyFields]: K extends 'size' | 'owner_id' ? CompanyFields[K] : string;
};

export function toValues(company: Company | undefined): FormValues {
  return {
    name: company?.name ?? '',
    legal_name: company?.legal_name ?? '',
    cnpj: formatCnpj(company?.cnpj ?? ''),
    email: company?.email ?? '',
    phone: company?.phone ?? '',
    website: company?.website ?? '',
    industry: company?.industry ?? '',
    size: company?.size ?? null,
    address: company?.address ?? '',
    notes: company?.notes ?? '',
    owner_id: company?.owner_id ?? null,
  };
}

export function toFields(values: FormValues): CompanyFields {
  const text = (value: string) => value.trim() || null;
  return {
    name: values.name.trim(),
    legal_name: text(values.legal_name),
    cnpj: isCnpj(values.cnpj) ? bareCnpj(values.cnpj) : text(values.cnpj),
    email: text(values.email),
    phone: text(values.phone),
    website: text(values.website),
    industry: text(values.industry),
    size: values.size,
    address: text(values.address),
    notes: text(values.notes),
    owner_id: values.owner_id,
  };
}

/** Only what was changed is sent, so that what others change meanwhile stays. */
export function changedFields(before: CompanyFields, after: CompanyFields): Partial<CompanyFields> {
  const fields = Object.entries(after) as [keyof CompanyFields, unknown][];
  return Object.fromEntries(fields.filter(([field, value]) => value !== before[field]));
}
