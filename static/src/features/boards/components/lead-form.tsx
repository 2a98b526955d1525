import {
  Button,
  NumberInput,
  SegmentedControl,
  Select,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCnpj } from '@/ui/cnpj';
import { CompanyPicker } from '@/ui/company-picker';
import { ContactPicker } from '@/ui/contact-picker';
import { useFormats } from '@/ui/format';
import { MoneyInput } from '@/ui/money-input';
import { formatPhone } from '@/ui/phone';
import { type LeadEditing, useLeadEditing } from '../lead-editing';
import { type Lead, type LeadFields, PRIORITIES, type Priority } from '../types';
import { useOpenBoard } from '../use-board';
import { type FieldSharing, useFieldSharing } from '../use-presence';
import classes from './drawer.module.css';
import { LeadField } from './lead-field';

interface Props {
  /** Without one, a new deal is written. */
  lead: Lead | null;
  onDone(): void;
  footnote?: ReactNode;
}

export function LeadForm({ lead, onDone, footnote }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useOpenBoard();
  const editing = useLeadEditing(lead, onDone);
  const sharing = useFieldSharing(lead, readOnly);
  return (
    <form
      noValidate
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void editing.save();
      }}
    >
      <fieldset className={classes.fields} disabled={readOnly}>
        <DealFields editing={editing} sharing={sharing} lead={lead} />
        <h3>{t('lead.contact')}</h3>
        <ContactFields editing={editing} sharing={sharing} />
        {footnote}
      </fieldset>
      {editing.problem && (
        <p className={classes.problem} role="alert">
          {editing.problem}
        </p>
      )}
      <footer className={classes.foot}>
        {editing.dirty && (
          <Button
            variant="default"
            onClick={() => {
              editing.discard();
              if (!lead) onDone();
            }}
          >
            {t('lead.discard')}
          </Button>
        )}
        <Button type="submit" loading={editing.saving} disabled={!editing.dirty || readOnly}>
          {t(lead ? 'common.save' : 'common.create')}
        </Button>
      </footer>
    </form>
  );
}

interface FieldsProps {
  editing: LeadEditing;
  sharing: FieldSharing | null;
}

function DealFields({ editing, sharing, lead }: FieldsProps & { lead: Lead | null }) {
  const { t, i18n } = useTranslation();
  const { board, people, actions } = useOpenBoard();
  const formats = useFormats();
  const priorityId = useId();
  const { values, set, error } = editing;
  const others = useChangedByOthers(editing);
  const nullable = (text: string) => text || null;

  const owners = [...people.values()]
    .filter((person) => person.is_active || person.id === values.assigned_to)
    .map(({ id, full_name }) => ({ value: id, label: full_name }));
  const stages = board.stages.map(({ id, name }) => ({ value: id, label: name }));
  const changeStage = (stageId: string | null) => {
    if (!stageId) return;
    if (!lead) return editing.setStage(stageId);
    const inStage = board.leads.filter((other) => other.stage_id === stageId && other.id !== lead.id);
    actions.moveLead(lead, { stageId, afterLeadId: inStage.at(-1)?.id ?? null });
  };

  return (
    <>
      <LeadField name="title" sharing={sharing}>
        <TextInput
          label={t('lead.title')}
          placeholder={t('lead.titlePlaceholder')}
          required
          autoFocus={!lead}
          maxLength={200}
          value={values.title}
          onChange={(event) => set('title', event.currentTarget.value)}
          error={error('title')}
          description={others('title', values.title)}
        />
      </LeadField>
      <div className={classes.pair}>
        <LeadField name="value" sharing={sharing}>
          <MoneyInput
            label={t('lead.value')}
            placeholder="R$ 0,00"
            value={values.value}
            onChange={(value) => set('value', value)}
            error={error('value')}
            description={others('value', (value) => formats.money(value))}
          />
        </LeadField>
        <Select
          label={t('lead.stage')}
          data={stages}
          value={lead?.stage_id ?? editing.stageId}
          allowDeselect={false}
          error={error('stage_id')}
          onChange={changeStage}
        />
      </div>
      <LeadField name="priority" sharing={sharing}>
        <Text size="sm" fw={500} mb={4} id={priorityId}>
          {t('lead.priority')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby={priorityId}
          data={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
          value={values.priority}
          onChange={(value) => set('priority', value as Priority)}
        />
      </LeadField>
      <div className={classes.pair}>
        <LeadField name="expected_close_date" sharing={sharing}>
          <DateInput
            label={t('lead.closeDate')}
            placeholder={i18n.language === 'pt-BR' ? 'dd/mm/aaaa' : 'mm/dd/yyyy'}
            valueFormat={i18n.language === 'pt-BR' ? 'DD/MM/YYYY' : 'MM/DD/YYYY'}
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            value={values.expected_close_date}
            onChange={(value) => set('expected_close_date', value)}
            error={error('expected_close_date')}
            description={others('expected_close_date', (value) => formats.date(value))}
          />
        </LeadField>
        <LeadField name="probability" sharing={sharing}>
          <NumberInput
            label={t('lead.probability')}
            suffix="%"
            min={0}
            max={100}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            value={values.probability ?? ''}
            onChange={(value) => set('probability', value === '' ? null : Number(value))}
            error={error('probability')}
            description={others('probability', (value) => `${value}%`)}
          />
        </LeadField>
      </div>
      <LeadField name="assigned_to" sharing={sharing}>
        <Select
          label={t('lead.owner')}
          placeholder={t('board.noOwner')}
          data={owners}
          value={values.assigned_to}
          onChange={(value) => set('assigned_to', value)}
          error={error('assigned_to')}
          description={others('assigned_to', (id) => people.get(id)?.full_name ?? '')}
          searchable
          clearable
        />
      </LeadField>
      <LeadField name="description" sharing={sharing}>
        <Textarea
          label={t('lead.description')}
          placeholder={t('lead.descriptionPlaceholder')}
          autosize
          minRows={3}
          maxRows={10}
          value={values.description ?? ''}
          onChange={(event) => set('description', nullable(event.currentTarget.value))}
          error={error('description')}
          description={others('description', () => '…')}
        />
      </LeadField>
      <LeadField name="tags" sharing={sharing}>
        <TagsInput
          label={t('lead.tags')}
          placeholder={values.tags.length === 0 ? t('lead.tagsPlaceholder') : undefined}
          value={values.tags}
          onChange={(value) => set('tags', value)}
          error={error('tags')}
        />
      </LeadField>
    </>
  );
}

function ContactFields({ editing, sharing }: FieldsProps) {
  const { t } = useTranslation();
  const { values, set, error } = editing;
  const others = useChangedByOthers(editing);
  const text = (field: 'cnpj' | 'email' | 'phone') => ({
    value: values[field] ?? '',
    error: error(field),
    description: others(field, (value) => value),
    onChange: (event: { currentTarget: { value: string } }) => set(field, event.currentTarget.value || null),
  });
  return (
    <>
      <div className={classes.pair}>
        <LeadField name="company" sharing={sharing}>
          <CompanyPicker
            label={t('lead.company')}
            text={values.company}
            companyId={values.company_id}
            error={error('company') ?? error('company_id')}
            description={others('company', (value) => value)}
            onWrite={(written) => {
              set('company', written);
              // Another name is another company's.
              if (values.company_id) set('company_id', null);
            }}
            onPick={({ id, name, cnpj }) => {
              set('company_id', id);
              set('company', name);
              if (cnpj && !values.cnpj) set('cnpj', cnpj);
            }}
          />
        </LeadField>
        <LeadField name="cnpj" sharing={sharing}>
          <TextInput
            label={t('lead.cnpj')}
            placeholder="00.000.000/0000-00"
            autoComplete="off"
            {...text('cnpj')}
            value={formatCnpj(values.cnpj ?? '')}
          />
        </LeadField>
      </div>
      <LeadField name="name" sharing={sharing}>
        <ContactPicker
          label={t('lead.contactName')}
          text={values.name}
          contactId={values.contact_id}
          error={error('name') ?? error('contact_id')}
          description={others('name', (value) => value)}
          onWrite={(written) => {
            set('name', written);
            // Another name is another person's.
            if (values.contact_id) set('contact_id', null);
          }}
          onPick={({ id, name, phone, email }) => {
            set('contact_id', id);
            set('name', name);
            if (phone && !values.phone) set('phone', formatPhone(phone));
            if (email && !values.email) set('email', email);
          }}
        />
      </LeadField>
      <div className={classes.pair}>
        <LeadField name="email" sharing={sharing}>
          <TextInput label={t('lead.email')} type="email" autoComplete="off" {...text('email')} />
        </LeadField>
        <LeadField name="phone" sharing={sharing}>
          <TextInput label={t('lead.phone')} type="tel" autoComplete="off" {...text('phone')} />
        </LeadField>
      </div>
    </>
  );
}

/** Under a field that is being edited: what someone else has made of it meanwhile. */
function useChangedByOthers({ changedTo }: LeadEditing) {
  const { t } = useTranslation();
  return <K extends keyof LeadFields>(
    field: K,
    show: string | ((value: NonNullable<LeadFields[K]>) => string),
  ): ReactNode => {
    const now = changedTo(field);
    if (now === undefined) return undefined;
    const text = now === null ? t('common.none') : typeof show === 'function' ? show(now) : String(now);
    return <span className={classes.meanwhile}>{t('lead.meanwhile', { value: text })}</span>;
  };
}
