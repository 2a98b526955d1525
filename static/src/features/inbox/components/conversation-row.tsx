import { IconRobot, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useSession } from '@/api/queries';
import { useFormats } from '@/ui/format';
import { firstName, PersonAvatar } from '@/ui/person-avatar';
import { dayOf } from '@/ui/talk/day-of';
import { describeMessage, speaker } from '../describe';
import { draftOf, useDrafts } from '../drafts';
import { needsMe, type View, waitingSince } from '../lists';
import type { Channel, Summary } from '../types';
import { PATIENCE_MS, span } from '../waiting';
import classes from './inbox.module.css';
import { Ticks } from './ticks';

export const ROW_HEIGHT = 64;

const CHANNELS: Record<Channel, typeof IconWorld> = { webchat: IconWorld };

export function ChannelIcon({ channel, name, size }: { channel: Channel; name: string; size: number }) {
  // A newer server's channel has a sign of its own only in a newer client.
  const Icon = CHANNELS[channel] ?? IconWorld;
  return <Icon size={size} stroke={1.8} role="img" aria-label={name} />;
}

interface Props {
  summary: Summary;
  view: View;
  now: number;
}

export function ConversationRow({ summary, view, now }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const draft = useDrafts((drafts) => drafts.texts[draftOf(summary.id, false)]);
  const { id, contact, unread_count: unread, last_message_at: at } = summary;
  const me = useSession()?.user.id ?? '';
  const isToday = dayOf(at) === dayOf(new Date(now).toISOString());
  return (
    <NavLink
      to={{ pathname: `/inbox/${id}`, search: view === 'mine' ? '' : `?view=${view}` }}
      className={classes.conversationRow}
      data-unread={(unread > 0 && summary.status !== 'closed') || undefined}
      data-over={summary.status === 'closed' || undefined}
    >
      <span className={classes.rowAvatar}>
        <PersonAvatar person={{ id: contact.id, full_name: contact.name }} size={38} label="" />
        <span className={classes.channel}>
          <ChannelIcon channel={summary.channel} name={summary.channel_name} size={13} />
        </span>
      </span>
      <span className={classes.rowName}>{contact.name}</span>
      <time className={classes.rowTime} dateTime={at} title={formats.dateTime(at)}>
        {isToday ? formats.time(at) : formats.dateShort(at)}
      </time>
      <span className={classes.rowLine}>
        {draft ? (
          <>
            <em>{t('chat.draft')}</em> {draft}
          </>
        ) : (
          <LastLine summary={summary} />
        )}
      </span>
      <span className={classes.rowEnd}>
        <Whose summary={summary} now={now} />
        {unread > 0 && summary.status !== 'closed' && (
          <span className={classes.badge} data-urgent={needsMe(summary, me) || undefined}>
            <span aria-hidden>{unread > 99 ? '99+' : unread}</span>
            <span className="visually-hidden">{t('chat.unread', { count: unread })}</span>
          </span>
        )}
      </span>
    </NavLink>
  );
}

function LastLine({ summary: { last_message: last } }: { summary: Summary }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  if (!last) return t('chat.nothingYet');
  if (last.sender_type === 'customer' || last.sender_type === 'system') return describeMessage(last, t);
  return (
    <>
      <Ticks message={last} size={14} /> {speaker(last, t, me)}: {describeMessage(last, t)}
    </>
  );
}

/** How long the customer has waited, or else whose the conversation is. */
function Whose({ summary, now }: { summary: Summary; now: number }) {
  const { t, i18n } = useTranslation();
  const me = useSession()?.user.id;
  const since = waitingSince(summary);
  if (since) {
    const ms = now - Date.parse(since);
    const time = span(ms, i18n.language);
    return (
      <span className={classes.waiting} data-long={ms > PATIENCE_MS || undefined}>
        <span className="visually-hidden">{t('inbox.waits', { time })}</span>
        <span aria-hidden className="tabular">
          {time}
        </span>
      </span>
    );
  }
  const { assigned_user: user } = summary;
  if (summary.status === 'closed') return <span className={classes.whose}>{t('inbox.standing.closed')}</span>;
  if (summary.is_bot_active)
    return <IconRobot size={15} stroke={1.7} role="img" aria-label={t('inbox.bot')} />;
  if (user && user.id !== me) return <span className={classes.whose}>{firstName(user.name)}</span>;
  return null;
}
