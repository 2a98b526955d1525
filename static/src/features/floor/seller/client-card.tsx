import { ActionIcon, Button } from '@mantine/core';
import {
  IconBrandWhatsapp,
  IconCheck,
  IconChevronUp,
  IconClock,
  IconMail,
  IconPencil,
  IconPhone,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '@/ui/format';
import { formatPhone } from '@/ui/phone';
import { Days } from '../components/days';
import type { Client } from '../types';
import { whatsAppLink } from '../whatsapp';
import classes from './my-clients.module.css';

interface Props {
  client: Client;
  /** Just came. */
  isFresh: boolean;
  /** What was said of the contact has not reached the server yet. */
  isUnsent: boolean;
  /** There is no connection now. */
  isAway: boolean;
  conversationId: string | null;
  onContacted(client: Client): void;
  onAsk(client: Client): void;
}

/** A client, and the ways to reach them, for one thumb. */
export const ClientCard = memo(function ClientCard(props: Props) {
  const { client, isFresh, isUnsent, isAway } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const [params] = useSearchParams();
  const address = new URLSearchParams(params);
  address.set('client', client.id);
  const facts = [
    client.region,
    client.order_count > 0 &&
      t('floor.mine.bought', {
        orders: t('floor.orders', { count: client.order_count }),
        total: formats.moneyRound(client.total_spent),
      }),
    client.last_purchase_at && t('floor.mine.lastBought', { date: formats.date(client.last_purchase_at) }),
  ];
  return (
    <article className={classes.card} data-fresh={isFresh || undefined} aria-label={client.name}>
      <div className={classes.cardHead}>
        <h2>
          <Link to={{ search: address.toString() }}>{client.name}</Link>
        </h2>
        <Days client={client} />
      </div>
      <p className={classes.facts}>{facts.filter(Boolean).join(' · ')}</p>
      {client.phone && <p className={`${classes.phone} tabular`}>{formatPhone(client.phone)}</p>}
      {client.contact_notes && <p className={classes.notes}>{client.contact_notes}</p>}
      {client.contacted && <Outcome client={client} />}
      {isUnsent && (
        <p className={classes.unsent} role="status">
          <IconClock size={14} aria-hidden />
          {t(isAway ? 'floor.mine.unsent' : 'common.unsaved')}
        </p>
      )}
      <Ways {...props} />
    </article>
  );
});

function Outcome({ client: { contacted_at, outcome, notes } }: { client: Client }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <p className={classes.outcome}>
      <IconCheck size={15} aria-hidden />
      <span>
        {outcome ? t(`floor.outcomes.${outcome}`) : t('floor.states.contacted')}
        {contacted_at && (
          <span title={formats.dateTime(contacted_at)}> · {formats.relative(contacted_at)}</span>
        )}
        {notes && <em>{notes}</em>}
      </span>
    </p>
  );
}

function Ways({ client, conversationId, onContacted, onAsk }: Props) {
  const { t } = useTranslation();
  const { phone, email, name, contacted } = client;
  const whatsApp = { size: 'md', variant: 'default', leftSection: <IconBrandWhatsapp size={19} /> } as const;
  return (
    <div className={classes.ways}>
      {conversationId ? (
        <Button component={Link} to={`/inbox/${conversationId}`} {...whatsApp}>
          {t('floor.mine.whatsApp')}
        </Button>
      ) : (
        phone && (
          <Button
            component="a"
            href={whatsAppLink(phone)}
            target="_blank"
            rel="noreferrer"
            aria-label={t('floor.mine.whatsAppWith', { name })}
            {...whatsApp}
          >
            {t('floor.mine.whatsApp')}
          </Button>
        )
      )}
      {phone && (
        <Button
          component="a"
          href={`tel:${phone}`}
          size="md"
          variant="default"
          leftSection={<IconPhone size={18} />}
          aria-label={t('floor.mine.callWho', { name })}
        >
          {t('floor.mine.call')}
        </Button>
      )}
      {email && (
        <ActionIcon
          component="a"
          href={`mailto:${email}`}
          variant="default"
          className={classes.mail}
          aria-label={t('floor.mine.mailTo', { name })}
        >
          <IconMail size={19} />
        </ActionIcon>
      )}
      {contacted ? (
        <Button
          className={classes.main}
          size="md"
          variant="light"
          leftSection={<IconPencil size={17} />}
          onClick={() => onAsk(client)}
        >
          {t('floor.mine.correct')}
        </Button>
      ) : (
        <div className={classes.main}>
          <Button
            size="md"
            leftSection={<IconCheck size={19} />}
            aria-label={t('floor.mine.contactedWho', { name })}
            onClick={() => onContacted(client)}
          >
            {t('floor.mine.markContacted')}
          </Button>
          <ActionIcon
            variant="filled"
            aria-label={t('floor.mine.withOutcome', { name })}
            onClick={() => onAsk(client)}
          >
            <IconChevronUp size={19} />
          </ActionIcon>
        </div>
      )}
    </div>
  );
}
