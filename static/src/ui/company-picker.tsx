import { ActionIcon, Combobox, Loader, TextInput, Tooltip, useCombobox } from '@mantine/core';
import { IconBuilding, IconExternalLink, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCompanyName, useCompanySearch, useNameCompany } from '@/api/companies';
import { useMayI } from '@/api/queries';
import { formatCnpj } from './cnpj';
import classes from './company-picker.module.css';
import { describeError } from './errors';
import { notify } from './notify';
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

const CREATE = 'create';

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

  const choose = (value: string) => {
    combobox.closeDropdown();
    const company = found.find(({ id }) => id === value);
    if (company) onPick(company);
    if (value !== CREATE || create.isPending) return;
    create.mutate(
      { name },
      {
        onSuccess: onPick,
        onError: (problem) => notify.failed(t('companyPicker.notMade', { name }), describeError(problem, t)),
      },
    );
  };

  return (
    <Combobox store={combobox} onOptionSubmit={choose} disabled={!mayRead}>
      <Combobox.Target>
        <TextInput
          label={label}
          autoComplete="off"
          maxLength={200}
          error={error}
          description={description}
          value={written}
          leftSection={companyId && <IconBuilding size={16} stroke={1.8} className={classes.linked} />}
          rightSection={
            create.isPending || (combobox.dropdownOpened && search.isFetching) ? (
              <Loader size={14} />
            ) : (
              companyId && <OpenCompany id={companyId} name={linkedName ?? written} />
            )
          }
          onChange={(event) => {
            onWrite(event.currentTarget.value || null);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0 && !offersNew}>
        <Combobox.Options aria-label={label} className={classes.options}>
          {found.map((company) => (
            <Combobox.Option key={company.id} value={company.id} active={company.id === companyId}>
              {company.name}
              {(company.cnpj || company.industry) && (
                <span className={classes.more}>
                  {[company.cnpj && formatCnpj(company.cnpj), company.industry].filter(Boolean).join(' · ')}
                </span>
              )}
            </Combobox.Option>
          ))}
          {offersNew && (
            <Combobox.Option value={CREATE} className={classes.create}>
              <IconPlus size={15} aria-hidden />
              {t('companyPicker.create', { name })}
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function OpenCompany({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const label = t('companyPicker.open', { name });
  return (
    <Tooltip label={label}>
      <ActionIcon
        component={Link}
        to={`/companies/${id}`}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
      >
        <IconExternalLink size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
