import { Anchor, Skeleton, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLiveCalls, useSellerCalls } from '@/api/contacts';
import { useMayI } from '@/api/queries';
import { Delayed } from '@/ui/delayed';
import { Fact, PagedRows } from '@/ui/details';
import { LoadError } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { FormDrawer } from '@/ui/form-drawer';
import { useFormats } from '@/ui/format';
import { formatPhone } from '@/ui/phone';
import { useClientConversations, useContact, useProductNames, usePurchases } from '../api';
import { findClient } from '../cache';
import type { Client } from '../types';
import classes from './floor.module.css';

interface Props {
  clientId: string | null;
  /** How they stand on the floor, where the caller knows. */
  client?: Client | undefined;
  onClose(): void;
}

/** What is known of a client: data, how they stand, what they bought, and what was said. */
export function ClientDrawer({ clientId, client, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <FormDrawer opened={clientId !== null} onClose={onClose} title={t('floor.clientTitle')}>
      {clientId && <Details id={clientId} client={client} />}
    </FormDrawer>
  );
}

function Details({ id, client }: { id: string; client: Client | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const cache = useQueryClient();
  const contact = useContact(id);
  if (contact.isLoadingError) {
    return <LoadError error={contact.error} retry={() => void contact.refetch()} />;
  }
  if (!contact.data) {
    return (
      <Delayed>
        <Skeleton height={200} m="md" width="auto" />
      </Delayed>
    );
  }
  const { name, phone, email, region, tags, notes, total_spent, order_count, last_purchase_at } =
    contact.data;
  const standing = client ?? findClient(cache, id)?.client;
  return (
    <div className={classes.details}>
      <h2>{name}</h2>
      <dl className={classes.facts}>
        {phone && (
          <Fact label={t('floor.phone')}>
            <Anchor href={`tel:${phone}`} className="tabular">
              {formatPhone(phone)}
            </Anchor>
          </Fact>
        )}
        {email && (
          <Fact label={t('floor.email')}>
            <Anchor href={`mailto:${email}`}>{email}</Anchor>
          </Fact>
        )}
        {region && <Fact label={t('floor.region')}>{region}</Fact>}
        {tags.length > 0 && <Fact label={t('floor.tags')}>{tags.join(', ')}</Fact>}
        {last_purchase_at && (
          <Fact label={t('floor.lastOrder')}>
            <span title={formats.dateTime(last_purchase_at)}>{formats.date(last_purchase_at)}</span>
          </Fact>
        )}
        <Fact label={t('floor.spent')}>
          <span className="tabular">
            {formats.money(total_spent)} · {t('floor.orders', { count: order_count })}
          </span>
        </Fact>
        {notes && <Fact label={t('floor.contactNotes')}>{notes}</Fact>}
      </dl>
      {standing && <Standing client={standing} />}
      <Calls id={id} />
      <Purchases id={id} />
      <Conversations id={id} />
      <Anchor component={Link} to={`/contacts/${id}`} size="sm">
        {t('floor.toContact')}
      </Anchor>
    </div>
  );
}

/** With whom the client is and why, and what came of the contact. */
function Standing({ client }: { client: Client }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { seller, reason, choice, assigned_at, contacted_at, outcome, notes } = client;
  return (
    <section className={classes.part}>
      <h3>{t('floor.onTheFloor')}</h3>
      <dl className={classes.facts}>
        <Fact label={t('floor.state')}>{t(`floor.states.${client.state}`)}</Fact>
        {seller && <Fact label={t('floor.seller')}>{seller.name}</Fact>}
        {reason && assigned_at && (
          <Fact label={t('floor.why')}>
            {t(`floor.reasons.${reason}`)}
            {choice && choice !== 'person' && ` ${t(`floor.choices.${choice}`)}`}{' '}
            <span className={classes.when} title={formats.dateTime(assigned_at)}>
              {formats.relative(assigned_at)}
            </span>
          </Fact>
        )}
        {contacted_at && (
          <Fact label={t('floor.contactedAt')}>
            <span title={formats.dateTime(contacted_at)}>{formats.relative(contacted_at)}</span>
            {outcome && ` · ${t(`floor.outcomes.${outcome}`)}`}
          </Fact>
        )}
        {notes && <Fact label={t('floor.notes')}>{notes}</Fact>}
      </dl>
    </section>
  );
}

/** Each time that a seller contacted them, also in earlier cycles. */
function Calls({ id }: { id: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const calls = useSellerCalls(id);
  useLiveCalls(id);
  return (
    <section className={classes.part}>
      <h3>{t('floor.calls')}</h3>
      <PagedRows query={calls} empty={t('floor.noCalls')} className={classes.entries}>
        {({ id: callId, seller_name, outcome, notes, contacted_at }) => (
          <li key={callId}>
            <span>
              {seller_name ?? t('common.someone')}
              {outcome && ` · ${t(`floor.outcomes.${outcome}`)}`}
              {notes && <small>{notes}</small>}
            </span>
            <span className={classes.when} title={formats.dateTime(contacted_at)}>
              {formats.relative(contacted_at)}
            </span>
          </li>
        )}
      </PagedRows>
    </section>
  );
}

function Purchases({ id }: { id: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const purchases = usePurchases(id);
  const products = useProductNames().data;
  return (
    <section className={classes.part}>
      <h3>{t('floor.purchases')}</h3>
      <PagedRows query={purchases} empty={t('floor.noPurchases')} className={classes.entries}>
        {(order) => (
          <li key={order.id}>
            <span>
              {products?.get(order.product_id ?? '') ?? order.number ?? t('floor.order')}
              <small title={formats.dateTime(order.ordered_at)}>{formats.date(order.ordered_at)}</small>
            </span>
            <span className="tabular">{formats.money(order.value)}</span>
          </li>
        )}
      </PagedRows>
    </section>
  );
}

function Conversations({ id }: { id: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const mayUse = useMayI('conversations.use');
  const conversations = useClientConversations(id);
  const items = conversations.data?.items ?? [];
  if (!mayUse) return null;
  return (
    <section className={classes.part}>
      <h3>{t('floor.conversations')}</h3>
      {conversations.isError && (
        <Text role="alert" size="sm" c="var(--danger)">
          {describeError(conversations.error, t)}
        </Text>
      )}
      {conversations.isSuccess && items.length === 0 && (
        <p className={classes.quiet}>{t('floor.noConversations')}</p>
      )}
      <ul className={classes.entries}>
        {items.map(({ id: conversationId, channel_name, last_message, last_message_at }) => (
          <li key={conversationId}>
            <span>
              <Anchor component={Link} to={`/inbox/${conversationId}`} inherit>
                {channel_name}
              </Anchor>
              <small>{last_message?.content}</small>
            </span>
            <span className={classes.when} title={formats.dateTime(last_message_at)}>
              {formats.relative(last_message_at)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
