import { useCombobox } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCompanyName, useCompanySearch, useNameCompany } from '@/api/companies';
import { useMayI } from '@/api/queries';
import type { Company } from '@/api/types';
import { formatCnpj } from './cnpj';
import { describeError } from './errors';
import { notify } from './notify';
import { RecordPicker } from './record-picker';
import { plain } from './text';

export interface PickedCompany {
  id: string;
  name: string;
  cnpj: string | null;
}

interface Props {
  label: string;
  /** What is written, be it the name of a company of the list or not. */
  text: string | null;
  /** The company of the list, where one was chosen. */
  companyId: string | null;
  onWrite(text: string | null): void;
  onPick(company: PickedCompany): void;
  error?: ReactNode;
  description?: ReactNode;
}

/** A company: one of the list, found while one types, a new one made on the spot, or just a name. */
export function CompanyPicker({ label, text, companyId, onWrite, onPick, error, description }: Props) {
  const { t } = useTranslation();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const mayRead = useMayI('companies.read');
  const mayCreate = useMayI('companies.write');
  // Where only the link is kept, the company's own name stands for it.
  const linkedName = useCompanyName(companyId && mayRead ? companyId : null);
  const written = text ?? (companyId ? (linkedName ?? '') : '');
  const search = useCompanySearch(companyId ? '' : written, mayRead && combobox.dropdownOpened);
  const create = useNameCompany();
  const found = search.data ?? [];
  const name = written.trim();
  const isKnown = companyId !== null || found.some((company) => plain(company.name) === plain(name));
  const offersNew = mayCreate && name !== '' && !isKnown && !search.isPlaceholderData;

  const make = () => {
    if (create.isPending) return;
    create.mutate(
      { name },
      {
        onSuccess: onPick,
        onError: (problem) => notify.failed(t('companyPicker.notMade', { name }), describeError(problem, t)),
      },
    );
  };
  return (
    <RecordPicker<Company>
      combobox={combobox}
      label={label}
      written={written}
      pickedId={companyId}
      found={found}
      more={({ cnpj, industry }) => [cnpj && formatCnpj(cnpj), industry].filter(Boolean).join(' · ')}
      isBusy={create.isPending || (combobox.dropdownOpened && search.isFetching)}
      isPlain={!mayRead}
      create={offersNew ? { label: t('companyPicker.create', { name }), run: make } : null}
      icon={<IconBuilding size={16} stroke={1.8} />}
      open={{
        to: `/companies/${companyId}`,
        label: t('companyPicker.open', { name: linkedName ?? written }),
      }}
      error={error}
      description={description}
      onWrite={onWrite}
      onPick={onPick}
    />
  );
}
