import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCompanyName } from '@/api/companies';
import { useContactBrief } from '@/api/contacts';
import { useMayI, usePeople } from '@/api/queries';
import type { Contact } from '@/api/types';
import { ContactPicker } from '@/ui/contact-picker';
import { Fact } from '@/ui/details';
import details from '@/ui/details.module.css';
import { FormError } from '@/ui/form-error';
import { useFormats } from '@/ui/format';
import { formatPhone } from '@/ui/phone';
import { useMergeContacts } from '../api';
import { cpfOf, extrasOf } from '../form-values';
import { lost, merged, type SingleField } from '../merging';
import classes from './contacts.module.css';
import { Tags } from './tags';

interface Props {
  opened: boolean;
  contact: Contact;
  /** Somebody who was found to look like the contact. */
  otherId: string | null;
  onClose(): void;
  onMerged(kept: Contact): void;
}

export function MergeDialog({ opened, contact, otherId, onClose, onMerged }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('contacts.mergeTitle', { name: contact.name })}
      size={520}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Merge contact={contact} otherId={otherId} onClose={onClose} onMerged={onMerged} />
    </Modal>
  );
}

/** Chooses the other one, and which of both is kept; shows what comes of it before it happens. */
function Merge({ contact, otherId, onClose, onMerged }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const [chosen, setChosen] = useState(otherId);
  const [keepsOther, setKeepsOther] = useState(false);
  const other = useContactBrief(chosen);
  const merge = useMergeContacts();
  const [keep, lose] = other && keepsOther ? [other, contact] : [contact, other];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (lose) merge.mutate({ keep: keep.id, lose: lose.id }, { onSuccess: onMerged });
      }}
    >
      <Stack gap="sm">
        <ContactPicker
          label={t('contacts.mergeWith')}
          required
          description={t('contacts.mergeHint')}
          text={text}
          contactId={chosen}
          except={contact.id}
          offersNew={false}
          onWrite={(written) => {
            setText(written ?? '');
            setChosen(null);
          }}
          onPick={({ id, name }) => {
            setText(name);
            setChosen(id);
          }}
        />
        {other && (
          <>
            <fieldset className={classes.sides}>
              <legend>{t('contacts.mergeKeep')}</legend>
              <Side contact={contact} isKept={!keepsOther} onKeep={() => setKeepsOther(false)} />
              <Side contact={other} isKept={keepsOther} onKeep={() => setKeepsOther(true)} />
            </fieldset>
            {lose && <Preview keep={keep} lose={lose} />}
          </>
        )}
        <FormError error={merge.error} />
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" disabled={!lose} loading={merge.isPending}>
            {t('contacts.mergeConfirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Side({ contact, isKept, onKeep }: { contact: Contact; isKept: boolean; onKeep(): void }) {
  const { t } = useTranslation();
  const { name, phone, email, order_count } = contact;
  const more = [phone && formatPhone(phone), email, t('contacts.purchaseCount', { count: order_count })];
  return (
    <label className={classes.side} data-kept={isKept || undefined}>
      <input type="radio" name="kept" checked={isKept} onChange={onKeep} />
      <span>
        <span>{name}</span>
        <small className="tabular">{more.filter(Boolean).join(' · ')}</small>
      </span>
    </label>
  );
}

/** The one contact that there will be, and what nobody will know any more. */
function Preview({ keep, lose }: { keep: Contact; lose: Contact }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const people = usePeople();
  const one = merged(keep, lose);
  const gone = lost(keep, lose);
  const show = (field: SingleField, value: string) => {
    if (field === 'phone') return formatPhone(value);
    if (field === 'owner_id') return people.get(value)?.full_name ?? t('common.someone');
    return field === 'company_id' ? <CompanyName id={value} /> : value;
  };
  const fact = (field: SingleField) => {
    const value = one[field];
    return <Fact label={t(FIELD_LABELS[field])}>{value && show(field, value)}</Fact>;
  };
  return (
    <section className={classes.preview} aria-label={t('contacts.mergePreview')}>
      <h3>{t('contacts.mergePreview')}</h3>
      <dl className={details.facts}>
        {fact('name')}
        {fact('phone')}
        {fact('email')}
        {fact('company_id')}
        {fact('owner_id')}
        {fact('region')}
        <Fact label={t('contacts.cpf')}>{cpfOf(one.custom)}</Fact>
        <Fact label={t('contacts.tags')}>{one.tags.length > 0 && <Tags tags={one.tags} />}</Fact>
        <Fact label={t('contacts.extras')}>
          {extrasOf(one.custom)
            .map(({ name, value }) => `${name}: ${value}`)
            .join('\n')}
        </Fact>
        <Fact label={t('contacts.notes')}>{one.notes}</Fact>
        <Fact label={t('contacts.purchases')}>
          {one.order_count > 0 &&
            `${t('contacts.purchaseCount', { count: one.order_count })} · ${formats.money(one.total_spent)}`}
        </Fact>
      </dl>
      {gone.length > 0 && (
        <>
          <h3>{t('contacts.mergeLost')}</h3>
          <ul className={classes.lost}>
            {gone.map(({ field, value }) => (
              <li key={field}>
                {t(FIELD_LABELS[field])}: {show(field, value)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Text size="sm" c="dimmed" mt="xs">
        {t('contacts.mergeMoves', { name: one.name })}
      </Text>
    </section>
  );
}

function CompanyName({ id }: { id: string }) {
  const mayRead = useMayI('companies.read');
  return <>{useCompanyName(mayRead ? id : null)}</>;
}

const FIELD_LABELS = {
  name: 'contacts.name',
  phone: 'contacts.phone',
  email: 'contacts.email',
  region: 'contacts.region',
  company_id: 'contacts.company',
  owner_id: 'contacts.owner',
} as const satisfies Record<SingleField, string>;
