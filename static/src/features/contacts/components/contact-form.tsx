import { ActionIcon, Anchor, Button, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Contact } from '@/api/types';
import { CompanyPicker } from '@/ui/company-picker';
import { formatCpf, isCpf } from '@/ui/cpf';
import { fieldErrors } from '@/ui/errors';
import { DrawerForm, FormDrawer, FormWarning, Pair } from '@/ui/form-drawer';
import { formatPhone, parsePhone } from '@/ui/phone';
import { isEmail } from '@/ui/validation';
import { type Traits, useCreateContact, useDuplicates, useUpdateContact } from '../api';
import { CPF, changedFields, type FormValues, toFields, toValues } from '../form-values';
import classes from './contacts.module.css';

interface Props {
  opened: boolean;
  /** The contact to edit; without it a new one is made. */
  contact?: Contact;
  onClose(): void;
  onSaved(contact: Contact): void;
}

export function ContactForm({ opened, contact, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  return (
    <FormDrawer
      opened={opened}
      onClose={onClose}
      title={contact ? t('contacts.editTitle', { name: contact.name }) : t('contacts.new')}
    >
      <Fields contact={contact} onClose={onClose} onSaved={onSaved} />
    </FormDrawer>
  );
}

type FieldsProps = Omit<Props, 'opened' | 'contact'> & { contact: Contact | undefined };

function Fields({ contact, onClose, onSaved }: FieldsProps) {
  const { t } = useTranslation();
  const create = useCreateContact();
  const update = useUpdateContact(contact?.id ?? '');
  const form = useContactValues(contact);
  const people = usePeople();
  const owners = [...people.values()]
    .filter((person) => person.is_active || person.id === contact?.owner_id)
    .map(({ id, full_name }) => ({ value: id, label: full_name }));

  const submit = form.onSubmit((values) => {
    const fields = toFields(values, contact?.custom);
    const onError = (problem: unknown) => form.setErrors(fieldErrors(problem, t));
    if (contact) update.mutate(changedFields(contact, fields), { onSuccess: onSaved, onError });
    else create.mutate(fields, { onSuccess: onSaved, onError });
  });

  return (
    <DrawerForm
      exists={contact !== undefined}
      busy={create.isPending || update.isPending}
      disabled={contact && !form.isDirty()}
      error={create.error ?? update.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        required
        label={t('contacts.name')}
        placeholder={t('contacts.namePlaceholder')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Pair>
        <TextInput
          label={t('contacts.phone')}
          type="tel"
          placeholder="(11) 98888-7777"
          autoComplete="off"
          {...form.getInputProps('phone')}
          onBlur={(event) => {
            form.getInputProps('phone').onBlur(event);
            const number = parsePhone(form.values.phone);
            if (number) form.setFieldValue('phone', formatPhone(number));
          }}
        />
        <TextInput
          label={t('contacts.email')}
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
      </Pair>
      <LooksLike values={form.values} contact={contact} onLeave={onClose} />
      <Pair>
        <TextInput
          label={t('contacts.cpf')}
          placeholder="000.000.000-00"
          inputMode="numeric"
          autoComplete="off"
          {...form.getInputProps('cpf')}
          onBlur={(event) => {
            form.getInputProps('cpf').onBlur(event);
            form.setFieldValue('cpf', formatCpf(form.values.cpf.trim()));
          }}
        />
        <TextInput
          label={t('contacts.region')}
          placeholder={t('contacts.regionPlaceholder')}
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('region')}
        />
      </Pair>
      <TagsInput
        label={t('contacts.tags')}
        placeholder={form.values.tags.length === 0 ? t('contacts.tagsPlaceholder') : undefined}
        maxTags={20}
        {...form.getInputProps('tags')}
      />
      <CompanyPicker
        label={t('contacts.company')}
        text={form.values.company}
        companyId={form.values.company_id}
        error={form.errors.company ?? form.errors.company_id}
        onWrite={(company) => form.setValues({ company, company_id: null })}
        onPick={({ id, name }) => form.setValues({ company: name, company_id: id })}
      />
      <Select
        label={t('contacts.owner')}
        data={owners}
        searchable
        clearable
        {...form.getInputProps('owner_id')}
      />
      <Textarea
        label={t('contacts.notes')}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={10_000}
        {...form.getInputProps('notes')}
      />
      <Extras form={form} />
    </DrawerForm>
  );
}

type ContactFormApi = UseFormReturnType<FormValues>;

function useContactValues(contact: Contact | undefined): ContactFormApi {
  const { t } = useTranslation();
  const filled = (value: string) => value.trim() !== '';
  return useForm<FormValues>({
    initialValues: toValues(contact),
    validateInputOnBlur: true,
    validate: {
      name: (value) => (filled(value) ? null : t('validation.required')),
      phone: (value) => (!filled(value) || parsePhone(value) ? null : t('validation.codes.phone_invalid')),
      email: (value) => (!filled(value) || isEmail(value) ? null : t('validation.email')),
      cpf: (value) => (!filled(value) || isCpf(value) ? null : t('contacts.cpfWrong')),
      tags: (value) => (value.some((tag) => tag.length > 40) ? t('validation.codes.too_long') : null),
      company: (value, values) =>
        value && filled(value) && !values.company_id ? t('contacts.pickCompany') : null,
      extras: {
        name: (value, values) => extraNameError(value, values),
      },
    },
  });

  function extraNameError(name: string, { extras }: FormValues): string | null {
    const own = name.trim().toLowerCase();
    const extra = extras.find((other) => other.name === name);
    if (own === '') return extra?.value.trim() ? t('validation.required') : null;
    const twice = extras.filter((other) => other.name.trim().toLowerCase() === own).length > 1;
    return twice || own === CPF ? t('contacts.extraTwice') : null;
  }
}

/** Whatever else there is to note, by names of one's own. */
function Extras({ form }: { form: ContactFormApi }) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.extras}>
      <legend>{t('contacts.extras')}</legend>
      {form.values.extras.map((extra, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place, whatever is written in it
        <div key={index} className={classes.extra}>
          <TextInput
            aria-label={t('contacts.extraName')}
            placeholder={t('contacts.extraNamePlaceholder')}
            maxLength={60}
            autoComplete="off"
            {...form.getInputProps(`extras.${index}.name`)}
          />
          <TextInput
            aria-label={extra.name || t('contacts.extraValue')}
            placeholder={t('contacts.extraValue')}
            maxLength={500}
            autoComplete="off"
            {...form.getInputProps(`extras.${index}.value`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('contacts.extraRemove', { name: extra.name })}
            onClick={() => form.removeListItem('extras', index)}
          >
            <IconX size={16} stroke={1.7} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('extras', { name: '', value: '' })}
        >
          {t('contacts.extraAdd')}
        </Button>
      </div>
    </fieldset>
  );
}

interface LooksLikeProps {
  values: FormValues;
  contact: Contact | undefined;
  onLeave(): void;
}

/** Warns of contacts that look like the one being written; whether it is another one, the person knows. */
function LooksLike({ values, contact, onLeave }: LooksLikeProps) {
  const { t } = useTranslation();
  const written: { [K in keyof Traits]-?: string | null } = {
    name: values.name.trim(),
    phone: parsePhone(values.phone),
    email: isEmail(values.email) ? values.email.trim().toLowerCase() : null,
  };
  // What stays as it was was warned of when it was written.
  const asked = (field: keyof Traits) =>
    written[field] && written[field] !== contact?.[field] ? { [field]: written[field] } : {};
  const [traits] = useDebouncedValue(
    JSON.stringify({ ...asked('name'), ...asked('phone'), ...asked('email') }),
    400,
  );
  const found = useDuplicates(JSON.parse(traits) as Traits, contact?.id ?? null);
  return (
    <FormWarning title={found.length > 0 ? t('contacts.looksLike', { count: found.length }) : null}>
      <ul>
        {found.map(({ contact: { id, name, phone }, matches }) => (
          <li key={id}>
            <Anchor component={Link} to={`/contacts/${id}`} onClick={onLeave} inherit>
              {name}
            </Anchor>
            {phone && <span className="tabular"> · {formatPhone(phone)}</span>}
            <span> ({matches.map((match) => t(`contacts.matches.${match}`)).join(', ')})</span>
          </li>
        ))}
      </ul>
    </FormWarning>
  );
}
