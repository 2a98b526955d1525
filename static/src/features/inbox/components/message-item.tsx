import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconNote, IconRobotOff } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '@/live/react';
import { useFormats } from '@/ui/format';
import { FileCard } from '@/ui/talk/file-card';
import { RichText } from '@/ui/talk/rich-text-view';
import talk from '@/ui/talk/talk.module.css';
import { describeMessage, speaker } from '../describe';
import { type Discarded, isNote, isUnsaved, type Message } from '../types';
import classes from './message.module.css';
import { Ticks } from './ticks';

/** What a message needs to know and may do; it stays the same while messages come. */
export interface MessageTools {
  me: string;
  /** Whether one may write to the customer: only then is something answered or sent again. */
  mayWrite: boolean;
  find(id: string): Message | null;
  jump(id: string): void;
  reply(message: Message): void;
  sendAgain(message: Message): void;
}

interface Props {
  message: Message;
  isFirst: boolean;
  isMarked: boolean;
  tools: MessageTools;
}

export const MessageItem = memo(function MessageItem({ message, isFirst, isMarked, tools }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const time = formats.time(message.created_at);
  if (message.sender_type === 'system') {
    return (
      <p className={talk.system}>
        {message.content} <time dateTime={message.created_at}>{time}</time>
      </p>
    );
  }
  const note = isNote(message);
  const isTheirs = message.sender_type === 'customer';
  const name = isTheirs ? message.sender_name : speaker(message, t, tools.me);
  const label = t(note ? 'inbox.noteBy' : 'inbox.messageBy', { name, time });
  return (
    <article
      className={classes.message}
      data-side={isTheirs ? 'theirs' : 'ours'}
      data-kind={note ? 'note' : message.sender_type}
      data-first={isFirst || undefined}
      data-marked={isMarked || undefined}
      data-unsaved={isUnsaved(message) || undefined}
      aria-label={label}
    >
      <div className={classes.bubble}>
        {isFirst && !isTheirs && (
          <b className={classes.name}>
            {note && <IconNote size={14} stroke={1.8} aria-hidden />}
            {note ? t('inbox.noteOf', { name }) : name}
          </b>
        )}
        {message.reply_to && <Quote id={message.reply_to} tools={tools} />}
        <Content message={message} />
        <span className={classes.foot}>
          {isUnsaved(message) && <Unsaved />}
          <Tooltip label={formats.dateTime(message.created_at)}>
            <time dateTime={message.created_at}>{time}</time>
          </Tooltip>
          {!isTheirs && !note && <Ticks message={message} size={15} />}
        </span>
        {message.delivery === 'failed' && <NotDelivered message={message} tools={tools} />}
      </div>
      {tools.mayWrite && !note && !isUnsaved(message) && (
        <ActionIcon
          className={classes.reply}
          variant="subtle"
          color="gray"
          aria-label={t('chat.reply')}
          onClick={() => tools.reply(message)}
        >
          <IconArrowBackUp size={17} stroke={1.7} />
        </ActionIcon>
      )}
    </article>
  );
});

function Content({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { attachment, content, metadata } = message;
  const options = (metadata.options ?? []) as { key: string; label: string }[];
  return (
    <>
      {attachment && <Media message={message} />}
      {content && (
        <p className={classes.text}>
          <RichText text={content} />
        </p>
      )}
      {!content && !attachment && (
        <p className={classes.text}>
          <i>{describeMessage(message, t)}</i>
        </p>
      )}
      {options.length > 0 && (
        <ul className={classes.options} aria-label={t('inbox.options')}>
          {options.map(({ key, label }) => (
            <li key={key}>{label}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Media({ message: { attachment } }: { message: Message }) {
  if (!attachment) return null;
  const kind = attachment.content_type.split('/')[0];
  // biome-ignore lint/a11y/useMediaCaption: what customers record has no captions
  if (kind === 'audio') return <audio className={classes.media} controls src={attachment.url} />;
  // biome-ignore lint/a11y/useMediaCaption: see above
  if (kind === 'video') return <video className={classes.media} controls src={attachment.url} />;
  return <FileCard file={attachment} />;
}

/** It is on its way, or waits for the connection: which of the two is said. */
function Unsaved() {
  const { t } = useTranslation();
  const { status } = useLiveState();
  return <span>{t(status === 'live' ? 'chat.sending' : 'inbox.sentLater')}</span>;
}

function NotDelivered({ message, tools }: { message: Message; tools: MessageTools }) {
  const { t } = useTranslation();
  return (
    <span className={classes.notDelivered} role="alert">
      {t('inbox.notDelivered')} {message.error}
      {tools.mayWrite && message.sender_user_id === tools.me && (
        <Button size="compact-xs" variant="default" onClick={() => tools.sendAgain(message)}>
          {t('inbox.sendAgain')}
        </Button>
      )}
    </span>
  );
}

function Quote({ id, tools }: { id: string; tools: MessageTools }) {
  const { t } = useTranslation();
  const quoted = tools.find(id);
  const name =
    quoted && (quoted.sender_type === 'customer' ? quoted.sender_name : speaker(quoted, t, tools.me));
  return (
    <button type="button" className={talk.quote} onClick={() => tools.jump(id)}>
      {quoted ? (
        <>
          <b>{name}</b> {describeMessage(quoted, t)}
        </>
      ) : (
        t('chat.earlierMessage')
      )}
    </button>
  );
}

/** The bot's answer came when a person had taken over: nobody was given it. */
export function DiscardedAnswer({ discarded: { content, at } }: { discarded: Discarded }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div className={classes.discarded}>
      <IconRobotOff size={15} stroke={1.7} aria-hidden />
      <span>
        {t('inbox.discarded')} <time dateTime={at}>{formats.time(at)}</time>
        {content && <s>{content}</s>}
      </span>
    </div>
  );
}
