import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowForwardUp,
  IconArrowLeft,
  IconCheck,
  IconClockPause,
  IconDots,
  IconLayoutSidebarRight,
  IconNote,
  IconRobot,
  IconRobotOff,
  IconRotate,
  IconSparkles,
  IconStarFilled,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useMayI, useSession } from '@/api/queries';
import { useQueues } from '@/api/service';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import type { Conversation } from '../types';
import type { Company, Deeds } from '../use-conversation';
import { ChannelIcon } from './conversation-row';
import type { Asking } from './dialogs';
import classes from './inbox.module.css';

interface Props {
  conversation: Conversation;
  company: Company;
  deeds: Deeds;
  isPanelOpen: boolean;
  onPanel(): void;
  onAsk(asking: Asking): void;
  onNote(): void;
}

export function Head({ conversation, company, deeds, isPanelOpen, onPanel, onAsk, onNote }: Props) {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { contact } = conversation;
  return (
    <header className={classes.head}>
      <ActionIcon
        component={Link}
        to={{ pathname: '/inbox', search }}
        className={classes.back}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('inbox.back')}
      >
        <IconArrowLeft size={19} />
      </ActionIcon>
      <span className={classes.headAvatar}>
        <PersonAvatar person={{ id: contact.id, full_name: contact.name }} size={34} label="" />
        {company.customer && (
          <i
            className={classes.here}
            role="img"
            aria-label={t('inbox.customerHere')}
            title={t('inbox.customerHere')}
          />
        )}
      </span>
      <div className={classes.headName}>
        <h2>{contact.name}</h2>
        <span className={classes.headLine}>
          <ChannelIcon channel={conversation.channel} name={conversation.channel_name} size={13} />
          {conversation.channel_name} · <Standing conversation={conversation} />
        </span>
      </div>
      <BotState conversation={conversation} />
      {conversation.rating && (
        <Rating score={conversation.rating.score} comment={conversation.rating.comment} />
      )}
      <Colleagues company={company} />
      <Actions conversation={conversation} deeds={deeds} onAsk={onAsk} onNote={onNote} />
      <Tooltip label={t('inbox.panel.title')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('inbox.panel.title')}
          aria-pressed={isPanelOpen}
          onClick={onPanel}
        >
          <IconLayoutSidebarRight size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}

/** Whose it is. */
function Standing({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data: queues = [] } = useQueues();
  const me = useSession()?.user.id;
  const { status, assigned_user: user, snoozed_until, queue_id } = conversation;
  if (status === 'closed') return t('inbox.standing.closed');
  if (status === 'waiting') {
    const queue = queues.find(({ id }) => id === queue_id);
    return queue ? t('inbox.standing.inQueue', { queue: queue.name }) : t('inbox.standing.waiting');
  }
  if (status === 'snoozed' && snoozed_until) {
    return t('inbox.standing.snoozed', { time: formats.dateTime(snoozed_until) });
  }
  if (conversation.is_bot_active || !user) return t('inbox.standing.bot');
  return user.id === me ? t('inbox.standing.mine') : t('inbox.standing.with', { name: user.name });
}

/** Whether the bot speaks or is silent; once it is over nobody asks. */
function BotState({ conversation: { is_bot_active, status } }: { conversation: Conversation }) {
  const { t } = useTranslation();
  if (status === 'closed') return null;
  const Icon = is_bot_active ? IconRobot : IconRobotOff;
  return (
    <span className={classes.botState} data-active={is_bot_active || undefined}>
      <Icon size={15} stroke={1.7} aria-hidden />
      <span>{t(is_bot_active ? 'inbox.botActive' : 'inbox.botSilent')}</span>
    </span>
  );
}

function Rating({ score, comment }: { score: number; comment: string | null }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={comment ?? t('inbox.rated', { score })}>
      <span className={classes.rating} role="img" aria-label={t('inbox.rated', { score })}>
        <IconStarFilled size={14} aria-hidden />
        <span className="tabular">{score}</span>
      </span>
    </Tooltip>
  );
}

const MOST_FACES = 3;

/** Colleagues who look at it as well. */
function Colleagues({ company: { colleagues } }: { company: Company }) {
  const { t } = useTranslation();
  if (colleagues.length === 0) return null;
  return (
    <span className={classes.colleagues}>
      {colleagues.slice(0, MOST_FACES).map(({ user }) => (
        <PersonAvatar
          key={user.id}
          person={{ id: user.id, full_name: user.name }}
          size={24}
          label={t('inbox.looksToo', { name: user.name })}
        />
      ))}
      {colleagues.length > MOST_FACES && <span>+{colleagues.length - MOST_FACES}</span>}
    </span>
  );
}

function Actions({
  conversation,
  deeds,
  onAsk,
  onNote,
}: Pick<Props, 'conversation' | 'deeds' | 'onAsk' | 'onNote'>) {
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const mayManage = useMayI('conversations.manage');
  const isOver = conversation.status === 'closed';
  const user = conversation.assigned_user_id;
  const isMine = user === me && !isOver;
  // What is nobody's is everybody's to give away.
  const mayDispose = !isOver && (isMine || user === null || mayManage);
  return (
    <>
      {isMine && (
        <Button
          className={classes.byDesk}
          size="xs"
          variant="default"
          leftSection={<IconCheck size={15} />}
          disabled={deeds.isAway}
          onClick={() => onAsk('close')}
        >
          {t('inbox.close')}
        </Button>
      )}
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('common.more')}>
            <IconDots size={18} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayDispose && (
            <>
              <Menu.Item
                leftSection={<IconArrowForwardUp size={16} />}
                disabled={deeds.isAway}
                onClick={() => onAsk('transfer')}
              >
                {t('inbox.transfer.do')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconCheck size={16} />}
                disabled={deeds.isAway}
                onClick={() => onAsk('close')}
              >
                {t('inbox.close')}
              </Menu.Item>
            </>
          )}
          {isMine && (
            <Menu.Item
              leftSection={<IconClockPause size={16} />}
              disabled={deeds.isAway}
              onClick={() => onAsk('snooze')}
            >
              {t('inbox.snooze.do')}
            </Menu.Item>
          )}
          {isOver && (
            <Menu.Item
              leftSection={<IconRotate size={16} />}
              disabled={deeds.isAway}
              onClick={() => void deeds.ask('reopen', {})}
            >
              {t('inbox.reopen')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconNote size={16} />} onClick={onNote}>
            {t('inbox.writeNote')}
          </Menu.Item>
          <Menu.Item leftSection={<IconSparkles size={16} />} onClick={() => onAsk('summary')}>
            {t('inbox.ai.summary')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
