import { Anchor, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Company } from '@/api/types';
import { formatCnpj, isCnpj } from '@/ui/cnpj';
import { fieldErrors } from '@/ui/errors';
import { DrawerForm, FormDrawer, FormWarning, Pair } from '@/ui/form-drawer';
import { isEmail, isPhone, isWebAddress } from '@/ui/validation';
import { useCreateCompany, useDuplicates, useUpdateCompany } from '../api';
import { changedFields, type FormValues, toFields, toValues } from '../form-values';
import { SIZES } from '../list-state';

interface Props {
  opened: boolean;
  /** The company to edit; without it a new one is made. */
  company?: Company;
  onClose(): void;
  onSaved(company: Company): void;
}

export function CompanyForm({ opened, company, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  return (
    <FormDrawer
      opened={opened}
      onClose={onClose}
      title={company ? t('companies.editTitle', { name: company.name }) : t('companies.new')}
    >
      <Fields company={company} onClose={onClose} onSaved={onSaved} />
    </FormDrawer>
  );
}

function Fields({ company, onClose, onSaved }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const create = useCreateCompany();
  const update = useUpdateCompany(company?.id ?? '');
  const form = useForm<FormValues>({
    initialValues: toValues(company),
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t('validation.required')),
      cnpj: (value) => (!value.trim() || isCnpj(value) ? null : t('validation.codes.cnpj_invalid')),
      email: (value) => (!value.trim() || isEmail(value) ? null : t('validation.email')),
      phone: (value) => (!value.trim() || isPhone(value) ? null : t('validation.codes.phone_invalid')),
      website: (value) =>
        !value.trim() || isWebAddress(value) ? null : t('validation.codes.website_invalid'),
    },
  });
  const error = create.error ?? update.error;
  const people = usePeople();
  const owners = [...people.values()]
    .filter((person) => person.is_active || person.id === company?.owner_id)
    .map(({ id, full_name }) => ({ value: id, label: full_name }));

  const submit = form.onSubmit((values) => {
    const fields = toFields(values);
    const onError = (problem: unknown) => form.setErrors(fieldErrors(problem, t));
    if (company) update.mutate(changedFields(company, fields), { onSuccess: onSaved, onError });
    else create.mutate(fields, { onSuccess: onSaved, onError });
  });

  return (
    <DrawerForm
      exists={company !== undefined}
      busy={create.isPending || update.isPending}
      disabled={company && !form.isDirty()}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        required
        label={t('companies.name')}
        placeholder={t('companies.namePlaceholder')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('companies.legalName')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('legal_name')}
      />
      <TextInput
        label={t('companies.cnpj')}
        placeholder="00.000.000/0000-00"
        autoComplete="off"
        {...form.getInputProps('cnpj')}
      />
      <LooksLike values={form.values} company={company} onLeave={onClose} />
      <Pair>
        <TextInput
          label={t('companies.email')}
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <TextInput
          label={t('companies.phone')}
          type="tel"
          autoComplete="off"
          {...form.getInputProps('phone')}
        />
      </Pair>
      <TextInput
        label={t('companies.website')}
        type="url"
        placeholder="padaria.com.br"
        maxLength={255}
        autoComplete="off"
        {...form.getInputProps('website')}
      />
      <Pair>
        <TextInput
          label={t('companies.industry')}
          placeholder={t('companies.industryPlaceholder')}
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('industry')}
        />
        <Select
          label={t('companies.size')}
          data={SIZES.map((size) => ({ value: size, label: t(`companies.sizes.${size}`) }))}
          clearable
          {...form.getInputProps('size')}
        />
      </Pair>
      <Select
        label={t('companies.owner')}
        data={owners}
        searchable
        clearable
        {...form.getInputProps('owner_id')}
      />
      <Textarea
        label={t('companies.address')}
        autosize
        minRows={2}
        maxLength={1000}
        {...form.getInputProps('address')}
      />
      <Textarea
        label={t('companies.notes')}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={10_000}
        {...form.getInputProps('notes')}
      />
    </DrawerForm>
  );
}

interface LooksLikeProps {
  values: FormValues;
  company: Company | undefined;
  onLeave(): void;
}

/** Warns of companies that look like the one being written; whether it is another one, the person knows. */
function LooksLike({ values, company, onLeave }: LooksLikeProps) {
  const { t } = useTranslation();
  const written = toFields(values);
  // What stays as it was was warned of when it was written.
  const asked = (field: 'name' | 'cnpj' | 'email' | 'phone') =>
    written[field] && written[field] !== company?.[field] ? { [field]: written[field] } : {};
  const [traits] = useDebouncedValue(
    JSON.stringify({ ...asked('name'), ...asked('cnpj'), ...asked('email'), ...asked('phone') }),
    400,
  );
  const { data: found } = useDuplicates(JSON.parse(traits), company?.id ?? null);
  return (
    <FormWarning title={found?.length ? t('companies.looksLike', { count: found.length }) : null}>
      <ul>
        {found?.map(({ id, name, cnpj, matches }) => (
          <li key={id}>
            <Anchor component={Link} to={`/companies/${id}`} onClick={onLeave} inherit>
              {name}
            </Anchor>
            {cnpj && <span className="tabular"> · {formatCnpj(cnpj)}</span>}
            <span> ({matches.map((match) => t(`companies.matches.${match as 'name'}`)).join(', ')})</span>
          </li>
        ))}
      </ul>
    </FormWarning>
  );
}
