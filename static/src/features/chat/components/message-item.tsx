import { ActionIcon, Menu, Popover, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconEye, IconMoodPlus, IconPencil, IconTrash } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import { FileCard } from '@/ui/talk/file-card';
import { RichText } from '@/ui/talk/rich-text-view';
import talk from '@/ui/talk/talk.module.css';
import { describeMessage, describeNotice } from '../describe';
import { isUnsaved, type Message } from '../types';
import classes from './message.module.css';
import { PersonPicture } from './room-avatar';

const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '✅', '👀', '👏', '🔥', '💪'];

/** What a message needs to know and may do; it stays the same while the room's messages change. */
export interface MessageTools {
  me: string;
  names: ReadonlyMap<string, string>;
  mayModerate: boolean;
  find(id: string): Message | null;
  jump(id: string): void;
  reply(message: Message): void;
  edit(message: Message): void;
  remove(message: Message): void;
  react(message: Message, emoji: string): void;
  showReaders(message: Message): void;
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
  if (message.message_type === 'system') {
    return <p className={talk.system}>{describeNotice(message, t, tools.me)}</p>;
  }
  const { sender } = message;
  const name = tools.names.get(sender.id) ?? sender.name;
  const time = formats.time(message.created_at);
  return (
    <article
      className={classes.message}
      data-first={isFirst || undefined}
      data-marked={isMarked || undefined}
      data-unsaved={isUnsaved(message) || undefined}
      data-named={message.mentions.includes(tools.me) || undefined}
      aria-label={`${name}, ${time}`}
    >
      <div className={classes.side}>
        {isFirst ? (
          <PersonPicture person={{ id: sender.id, full_name: name }} size={32} />
        ) : (
          <time className={classes.sideTime} dateTime={message.created_at}>
            {time}
          </time>
        )}
      </div>
      <div className={classes.content}>
        {isFirst && (
          <div className={classes.head}>
            <b>{name}</b>
            <Tooltip label={formats.dateTime(message.created_at)}>
              <time dateTime={message.created_at}>{time}</time>
            </Tooltip>
          </div>
        )}
        {message.reply_to && <Quote id={message.reply_to} tools={tools} />}
        <Body message={message} tools={tools} />
        <Reactions message={message} tools={tools} />
      </div>
      {!message.deleted_at && !isUnsaved(message) && <Actions message={message} tools={tools} />}
    </article>
  );
});

function Body({ message, tools }: { message: Message; tools: MessageTools }) {
  const { t } = useTranslation();
  if (message.deleted_at) return <p className={classes.deleted}>{t('chat.deleted')}</p>;
  const names = message.mentions.flatMap((id) => tools.names.get(id) ?? []);
  return (
    <>
      {message.attachment && <FileCard file={message.attachment} />}
      {message.content && (
        <p className={classes.text}>
          <RichText text={message.content} names={names} />
          {message.edited_at && <span className={classes.edited}> {t('chat.edited')}</span>}
        </p>
      )}
      {isUnsaved(message) && <span className={classes.edited}>{t('chat.sending')}</span>}
    </>
  );
}

function Quote({ id, tools }: { id: string; tools: MessageTools }) {
  const { t } = useTranslation();
  const quoted = tools.find(id);
  return (
    <button type="button" className={talk.quote} onClick={() => tools.jump(id)}>
      {quoted ? (
        <>
          <b>{quoted.sender.name}</b> {describeMessage(quoted, t, tools.me)}
        </>
      ) : (
        t('chat.earlierMessage')
      )}
    </button>
  );
}

function Reactions({ message, tools }: { message: Message; tools: MessageTools }) {
  const { t } = useTranslation();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={classes.reactions} aria-label={t('chat.reactions')}>
      {message.reactions.map(({ emoji, user_ids }) => {
        const who = user_ids.map((id) => (id === tools.me ? t('chat.you') : (tools.names.get(id) ?? '?')));
        return (
          <li key={emoji}>
            <Tooltip label={who.join(', ')}>
              <button
                type="button"
                className={classes.reaction}
                aria-pressed={user_ids.includes(tools.me)}
                aria-label={t('chat.reactionBy', { emoji, who: who.join(', ') })}
                onClick={() => tools.react(message, emoji)}
              >
                <span aria-hidden>{emoji}</span> <span className="tabular">{user_ids.length}</span>
              </button>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}

function Actions({ message, tools }: { message: Message; tools: MessageTools }) {
  const { t } = useTranslation();
  const [isPicking, setPicking] = useState(false);
  const isMine = message.sender.id === tools.me;
  return (
    <div className={classes.actions} data-open={isPicking || undefined}>
      <Popover opened={isPicking} onChange={setPicking} position="top-end" trapFocus>
        <Popover.Target>
          <ActionIcon
            className={classes.byPointer}
            variant="subtle"
            color="gray"
            aria-label={t('chat.react')}
            onClick={() => setPicking((open) => !open)}
          >
            <IconMoodPlus size={17} stroke={1.7} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={6} className={classes.picker}>
          {QUICK.map((emoji) => (
            <ActionIcon
              key={emoji}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={emoji}
              onClick={() => {
                setPicking(false);
                tools.react(message, emoji);
              }}
            >
              {emoji}
            </ActionIcon>
          ))}
        </Popover.Dropdown>
      </Popover>
      <ActionIcon
        className={classes.byPointer}
        variant="subtle"
        color="gray"
        aria-label={t('chat.reply')}
        onClick={() => tools.reply(message)}
      >
        <IconArrowBackUp size={17} stroke={1.7} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('common.more')}>
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.byTouch}>
            {QUICK.slice(0, 6).map((emoji) => (
              <Menu.Item
                key={emoji}
                px={8}
                w="auto"
                aria-label={emoji}
                onClick={() => tools.react(message, emoji)}
              >
                {emoji}
              </Menu.Item>
            ))}
          </div>
          <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => tools.reply(message)}>
            {t('chat.reply')}
          </Menu.Item>
          <Menu.Item leftSection={<IconEye size={15} />} onClick={() => tools.showReaders(message)}>
            {t('chat.seenBy')}
          </Menu.Item>
          {isMine && message.content !== null && (
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => tools.edit(message)}>
              {t('common.edit')}
            </Menu.Item>
          )}
          {(isMine || tools.mayModerate) && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={15} />}
              onClick={() => tools.remove(message)}
            >
              {t('common.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
