import { ActionIcon, Button, Group, Stack, TagsInput, Text, TextInput, Tooltip } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Problem } from '@/api/problem';
import { useMayI } from '@/api/queries';
import { useQueues } from '@/api/service';
import { describeError, fieldErrors } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { formatPhone, parsePhone } from '@/ui/phone';
import { isEmail } from '@/ui/validation';
import { useChangeContact, useContact, useContactLeads, usePastConversations, useTransfers } from '../api';
import { describeMessage } from '../describe';
import type { Contact, Conversation, Transfer } from '../types';
import type { LiveConversation } from '../use-conversation';
import classes from './inbox.module.css';

const MOST_NAME = 200;
const MOST_TAGS = 30;
const MOST_TAG = 50;

/** The customer: who they are, what there has been with them, and what of it goes on. */
export function ContactPanel({ conversation, live }: { conversation: Conversation; live: LiveConversation }) {
  const { t } = useTranslation();
  return (
    <div className={classes.panelBody}>
      <Facts conversation={conversation} />
      <Tags conversation={conversation} live={live} />
      <Found conversation={conversation} />
      <Leads conversation={conversation} />
      <Past conversation={conversation} />
      <Hands conversation={conversation} />
      <Text size="sm" c="dimmed">
        <Link to={`/contacts/${conversation.contact.id}`}>{t('inbox.panel.whole')}</Link>
      </Text>
    </div>
  );
}

function Part({
  title,
  count,
  children,
}: {
  title: string;
  count?: number | undefined;
  children: ReactNode;
}) {
  return (
    <section className={classes.part}>
      <h3>
        {title} {count !== undefined && count > 0 && <span className="tabular">{count}</span>}
      </h3>
      {children}
    </section>
  );
}

function Facts({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const mayWrite = useMayI('contacts.write');
  const contact = useContact(conversation.contact.id);
  const [isEditing, setEditing] = useState(false);
  // What the conversation itself knows is there at once.
  const known = contact.data ?? conversation.contact;
  if (isEditing && contact.data)
    return <FactsForm contact={contact.data} onClose={() => setEditing(false)} />;
  return (
    <section className={classes.part}>
      <div className={classes.who}>
        <h2>{known.name}</h2>
        {mayWrite && contact.data && (
          <Tooltip label={t('inbox.panel.edit')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('inbox.panel.edit')}
              onClick={() => setEditing(true)}
            >
              <IconPencil size={16} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <dl className={classes.facts}>
        <dt>{t('inbox.panel.phone')}</dt>
        <dd className="tabular">
          {known.phone ? (
            <a href={`tel:${known.phone}`}>{formatPhone(known.phone)}</a>
          ) : (
            t('inbox.panel.unknown')
          )}
        </dd>
        <dt>{t('inbox.panel.email')}</dt>
        <dd>
          {known.email ? <a href={`mailto:${known.email}`}>{known.email}</a> : t('inbox.panel.unknown')}
        </dd>
        <Purchases contact={contact.data} />
      </dl>
      {contact.isError && !isGone(contact.error) && (
        <Text role="alert" size="sm" c="var(--danger)">
          {describeError(contact.error, t)}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void contact.refetch()}>
            {t('common.retry')}
          </Button>
        </Text>
      )}
    </section>
  );
}

const isGone = (error: unknown): boolean => error instanceof Problem && error.status === 404;

function Purchases({ contact }: { contact: Contact | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (!contact || contact.order_count === 0) return null;
  return (
    <>
      <dt>{t('inbox.panel.purchases')}</dt>
      <dd className="tabular">
        {t('inbox.panel.orders', { count: contact.order_count, total: formats.money(contact.total_spent) })}
      </dd>
    </>
  );
}

function FactsForm({ contact, onClose }: { contact: Contact; onClose(): void }) {
  const { t } = useTranslation();
  const change = useChangeContact(contact.id);
  const form = useForm({
    initialValues: {
      name: contact.name,
      phone: contact.phone ? formatPhone(contact.phone) : '',
      email: contact.email ?? '',
    },
    validate: {
      name: (value) => (value.trim() ? null : t('validation.required')),
      email: (value) => (!value.trim() || isEmail(value) ? null : t('validation.email')),
      phone: (value) => (!value.trim() || parsePhone(value) ? null : t('validation.codes.phone_invalid')),
    },
  });
  const submit = form.onSubmit(({ name, phone, email }) =>
    change.mutate(
      { name: name.trim(), phone: parsePhone(phone), email: email.trim() || null },
      {
        onSuccess: () => {
          notify.done(t('common.saved'));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, t)),
      },
    ),
  );
  return (
    <form className={classes.part} onSubmit={submit} aria-label={t('inbox.panel.edit')}>
      <Stack gap="xs">
        <TextInput
          data-autofocus
          label={t('inbox.panel.name')}
          maxLength={MOST_NAME}
          {...form.getInputProps('name')}
        />
        <TextInput label={t('inbox.panel.phone')} type="tel" {...form.getInputProps('phone')} />
        <TextInput label={t('inbox.panel.email')} type="email" {...form.getInputProps('email')} />
        {change.isError && (
          <Text role="alert" size="sm" c="var(--danger)">
            {describeError(change.error, t)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button size="xs" type="submit" loading={change.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Tags({ conversation: { tags }, live }: { conversation: Conversation; live: LiveConversation }) {
  const { t } = useTranslation();
  const change = (next: string[]) => {
    const add = next.filter((tag) => !tags.includes(tag));
    const remove = tags.filter((tag) => !next.includes(tag));
    live
      .send('tag', { add, remove })
      .catch((error: unknown) => notify.failed(t('inbox.refused'), describeError(error, t)));
  };
  return (
    <Part title={t('inbox.panel.tags')}>
      <TagsInput
        aria-label={t('inbox.panel.tags')}
        placeholder={tags.length === 0 ? t('inbox.panel.addTag') : ''}
        maxTags={MOST_TAGS}
        maxLength={MOST_TAG}
        value={tags}
        onChange={change}
      />
    </Part>
  );
}

/** What the bot has asked and found out. */
function Found({ conversation: { fields } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const told = Object.entries(fields).filter(([, value]) => ['string', 'number'].includes(typeof value));
  if (told.length === 0) return null;
  return (
    <Part title={t('inbox.panel.found')}>
      <dl className={classes.facts}>
        {told.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Leads({ conversation: { contact } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const mayRead = useMayI('boards.read');
  const leads = useContactLeads(contact.id);
  if (!mayRead) return null;
  return (
    <Part title={t('inbox.panel.leads')} count={leads.data?.length}>
      {leads.isError && <Failed error={leads.error} retry={() => void leads.refetch()} />}
      {leads.data?.length === 0 && <p className={classes.quiet}>{t('inbox.panel.noLeads')}</p>}
      <ul className={classes.links}>
        {leads.data?.map((lead) => (
          <li key={lead.id}>
            <Link to={`/boards/${lead.board_id}/leads/${lead.id}`}>{lead.title}</Link>
            {lead.value !== null && <span className="tabular">{formats.moneyShort(lead.value)}</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Past({ conversation: { contact, id } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const past = usePastConversations(contact.id);
  const others = past.data?.items.filter((one) => one.id !== id) ?? [];
  return (
    <Part title={t('inbox.panel.past')} count={past.data && past.data.total - 1}>
      {past.isError && <Failed error={past.error} retry={() => void past.refetch()} />}
      {past.isSuccess && others.length === 0 && <p className={classes.quiet}>{t('inbox.panel.noPast')}</p>}
      <ul className={classes.links}>
        {others.map((one) => (
          <li key={one.id}>
            <Link to={{ pathname: `/inbox/${one.id}`, search: '?view=all' }}>
              {one.resolution ?? (one.last_message ? describeMessage(one.last_message, t) : one.channel_name)}
            </Link>
            <time dateTime={one.started_at} title={formats.dateTime(one.started_at)}>
              {formats.dateShort(one.started_at)}
            </time>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Through whose hands it went. */
function Hands({ conversation: { id } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data: queues = [] } = useQueues();
  const transfers = useTransfers(id);
  const nameOf = ({ kind, user, queue_id }: Transfer['from']): string => {
    if (kind === 'user' && user) return user.name;
    if (kind === 'queue') {
      return queues.find((queue) => queue.id === queue_id)?.name ?? t('inbox.standing.waiting');
    }
    return t(kind === 'bot' ? 'inbox.bot' : 'inbox.standing.closed');
  };
  if (transfers.isError) {
    return (
      <Part title={t('inbox.panel.hands')}>
        <Failed error={transfers.error} retry={() => void transfers.refetch()} />
      </Part>
    );
  }
  if (!transfers.data?.length) return null;
  return (
    <Part title={t('inbox.panel.hands')}>
      <ol className={classes.hands}>
        {transfers.data.map((one) => (
          <li key={one.id}>
            <span>
              {nameOf(one.from)} → <b>{nameOf(one.to)}</b>
            </span>
            <time dateTime={one.transferred_at} title={formats.dateTime(one.transferred_at)}>
              {formats.relative(one.transferred_at)}
            </time>
            {one.reason && <q>{one.reason}</q>}
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Failed({ error, retry }: { error: unknown; retry(): void }) {
  const { t } = useTranslation();
  return (
    <Text role="alert" size="sm" c="var(--danger)">
      {describeError(error, t)}{' '}
      <Button size="compact-xs" variant="default" onClick={retry}>
        {t('common.retry')}
      </Button>
    </Text>
  );
}
