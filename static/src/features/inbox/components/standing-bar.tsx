import { Button } from '@mantine/core';
import { IconHandGrab, IconNote, IconRotate } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMayI, useSession } from '@/api/queries';
import { useFormats } from '@/ui/format';
import { useNow } from '@/ui/use-now';
import { waitingSince } from '../lists';
import type { Conversation } from '../types';
import type { Deeds } from '../use-conversation';
import { PATIENCE_MS, span } from '../waiting';
import classes from './inbox.module.css';

interface Props {
  conversation: Conversation;
  deeds: Deeds;
  /** Whether somebody else was faster when one took over. */
  wasBeaten: boolean;
  isNoting: boolean;
  onTakeOver(): void;
  onNote(): void;
}

/** Where one may not write yet: whose the conversation is, and what one can do about it. */
export function StandingBar({ conversation, deeds, wasBeaten, isNoting, onTakeOver, onNote }: Props) {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const mayManage = useMayI('conversations.manage');
  const { status, assigned_user: user } = conversation;
  if (status === 'closed') return <Over conversation={conversation} deeds={deeds} />;
  if (user?.id === me) return null;
  const takeOver = (
    <Button
      leftSection={<IconHandGrab size={17} stroke={1.8} />}
      loading={deeds.busy === 'takeover' || deeds.busy === 'transfer'}
      disabled={deeds.isAway}
      onClick={user ? () => void deeds.ask('transfer', { to_user_id: me }) : onTakeOver}
    >
      {t('inbox.takeOver')}
    </Button>
  );
  return (
    <div className={classes.bar} data-beaten={wasBeaten || undefined}>
      {wasBeaten ? (
        <p role="alert">{user ? t('inbox.beatenBy', { name: user.name }) : t('inbox.beaten')}</p>
      ) : (
        <p>
          {user ? (
            t('inbox.bar.with', { name: user.name })
          ) : status === 'waiting' ? (
            <Waiting conversation={conversation} />
          ) : (
            t('inbox.bar.bot')
          )}
        </p>
      )}
      {deeds.isAway && !user && <p className={classes.barHint}>{t('inbox.bar.offline')}</p>}
      {user ? (
        <span className={classes.barActions}>
          {!isNoting && (
            <Button variant="default" leftSection={<IconNote size={16} stroke={1.7} />} onClick={onNote}>
              {t('inbox.writeNote')}
            </Button>
          )}
          {mayManage && takeOver}
        </span>
      ) : (
        takeOver
      )}
    </div>
  );
}

function Waiting({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const now = useNow(20_000);
  const since = waitingSince(conversation);
  if (!since) return t('inbox.bar.waiting');
  const ms = now - Date.parse(since);
  return (
    <span className={ms > PATIENCE_MS ? classes.long : undefined}>
      {t('inbox.bar.waitingFor', { time: span(ms, i18n.language) })}
    </span>
  );
}

function Over({ conversation, deeds }: { conversation: Conversation; deeds: Deeds }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { ended_at: at, resolution } = conversation;
  return (
    <div className={classes.bar}>
      <p>
        {at ? (
          <span title={formats.dateTime(at)}>{t('inbox.bar.closed', { when: formats.relative(at) })}</span>
        ) : (
          t('inbox.standing.closed')
        )}
        {resolution && <span className={classes.resolution}>{resolution}</span>}
      </p>
      <Button
        variant="default"
        leftSection={<IconRotate size={16} stroke={1.7} />}
        loading={deeds.busy === 'reopen'}
        disabled={deeds.isAway}
        onClick={() => void deeds.ask('reopen', {})}
      >
        {t('inbox.reopen')}
      </Button>
    </div>
  );
}
