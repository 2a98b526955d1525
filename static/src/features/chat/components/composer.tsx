import { ActionIcon, FileButton, Textarea } from '@mantine/core';
import { IconPaperclip, IconSend2, IconX } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PendingFiles } from '@/ui/talk/pending-files';
import { nameBeingWritten } from '@/ui/talk/rich-text';
import type { Uploads } from '@/ui/talk/uploads';
import { matches } from '@/ui/text';
import { describeMessage } from '../describe';
import { useDrafts, writeDraft } from '../drafts';
import type { Message, Room } from '../types';
import type { RoomActions } from '../use-room';
import classes from './composer.module.css';

const MOST_CHARACTERS = 10_000;
const MOST_SUGGESTED = 6;

/** What the composer is about besides a new message. */
export type Concern = { kind: 'reply' | 'edit'; message: Message } | null;

interface Props {
  room: Room;
  me: string;
  concern: Concern;
  uploads: Uploads;
  actions: RoomActions;
  typing: { typing(): void; done(): void };
  onConcern(concern: Concern): void;
  /** One's own newest message, for the arrow up. */
  lastOwn(): Message | null;
}

export function Composer(props: Props) {
  const { room, me, concern, uploads, actions, typing, onConcern, lastOwn } = props;
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useDrafts((drafts) => drafts.texts[room.id] ?? '');
  const [edited, setEdited] = useState('');
  const isEditing = concern?.kind === 'edit';
  const text = isEditing ? edited : draft;
  const suggestions = useMentions(room, me);

  useEffect(() => {
    if (concern?.kind === 'edit') setEdited(concern.message.content ?? '');
    if (concern) field.current?.focus();
  }, [concern]);

  const write = (value: string) => {
    if (isEditing) setEdited(value);
    else writeDraft(room.id, value);
  };
  const isUploading = uploads.files.some(({ attachment }) => attachment === null);
  const content = text.trim();
  const maySend = !isUploading && (content !== '' || (!isEditing && uploads.files.length > 0));

  const send = () => {
    if (!maySend) return;
    if (concern?.kind === 'edit') actions.edit(concern.message, content);
    else sendAll();
    typing.done();
    onConcern(null);
    suggestions.close();
  };
  /** The text goes with the first file; each further file is a message of its own. */
  const sendAll = () => {
    const reply = concern ? { reply_to: concern.message.id } : {};
    const attachments = uploads.files.flatMap(({ attachment }) => attachment ?? []);
    const [first, ...others] = attachments;
    actions.sendMessage({ ...(content && { content }), ...(first && { attachment_id: first.id }), ...reply });
    for (const { id } of others) actions.sendMessage({ attachment_id: id });
    uploads.clear();
    writeDraft(room.id, '');
  };
  const take = (name: string) => {
    const at = suggestions.from;
    if (at === null) return;
    const caret = field.current?.selectionStart ?? text.length;
    const next = `${text.slice(0, at)}@${name} ${text.slice(caret)}`;
    write(next);
    suggestions.close();
    const after = at + name.length + 2;
    requestAnimationFrame(() => field.current?.setSelectionRange(after, after));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (suggestions.onKeyDown(event, take)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && concern) {
      event.preventDefault();
      onConcern(null);
    } else if (event.key === 'ArrowUp' && text === '') {
      const message = lastOwn();
      if (!message) return;
      event.preventDefault();
      onConcern({ kind: 'edit', message });
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0 || isEditing) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };

  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {concern && (
        <div className={classes.concern}>
          <span>
            <b>
              {concern.kind === 'edit'
                ? t('chat.editing')
                : t('chat.replyingTo', { name: concern.message.sender.name })}
            </b>{' '}
            {describeMessage(concern.message, t, me)}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('common.cancel')}
            onClick={() => onConcern(null)}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      )}
      {!isEditing && <PendingFiles uploads={uploads} />}
      {suggestions.list.length > 0 && (
        <div className={classes.suggestions} role="listbox" id="mentions" aria-label={t('chat.mention')}>
          {suggestions.list.map((name, index) => (
            <div
              key={name}
              id={`mention-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === suggestions.active}
              className={classes.suggestion}
              onPointerDown={(event) => {
                event.preventDefault();
                take(name);
              }}
            >
              @{name}
            </div>
          ))}
        </div>
      )}
      <div className={classes.line}>
        <FileButton onChange={(files) => uploads.add(files)} multiple disabled={isEditing}>
          {(button) => (
            <ActionIcon
              {...button}
              variant="subtle"
              color="gray"
              size={36}
              disabled={isEditing}
              aria-label={t('chat.attach')}
            >
              <IconPaperclip size={19} stroke={1.7} />
            </ActionIcon>
          )}
        </FileButton>
        <Textarea
          ref={field}
          className={classes.field}
          autosize
          minRows={1}
          maxRows={8}
          maxLength={MOST_CHARACTERS}
          aria-label={t('chat.write', { room: room.name })}
          placeholder={t('chat.write', { room: room.name })}
          aria-controls={suggestions.list.length > 0 ? 'mentions' : undefined}
          aria-autocomplete="list"
          aria-activedescendant={suggestions.list.length > 0 ? `mention-${suggestions.active}` : undefined}
          value={text}
          onChange={({ currentTarget: { value, selectionStart } }) => {
            write(value);
            suggestions.look(value, selectionStart);
            if (value) typing.typing();
            else typing.done();
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={suggestions.close}
        />
        <ActionIcon type="submit" size={36} disabled={!maySend} aria-label={t('chat.send')}>
          <IconSend2 size={19} stroke={1.7} />
        </ActionIcon>
      </div>
    </form>
  );
}

/** The people whose name one may be writing after an `@`. */
function useMentions(room: Room, me: string) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState<{ from: number; query: string } | null>(null);
  const [active, setActive] = useState(0);
  const names = [
    ...room.participants.filter(({ user_id }) => user_id !== me).map(({ name }) => name),
    ...(room.type === 'direct' ? [] : [t('chat.everybody')]),
  ];
  const list = writing
    ? names.filter((name) => matches(name, writing.query.trim())).slice(0, MOST_SUGGESTED)
    : [];
  const close = () => setWriting(null);
  return {
    list,
    active,
    from: writing?.from ?? null,
    close,
    look(text: string, caret: number) {
      setWriting(nameBeingWritten(text, caret));
      setActive(0);
    },
    /** Whether the key was meant for the suggestions. */
    onKeyDown(event: KeyboardEvent, take: (name: string) => void): boolean {
      if (list.length === 0) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const chosen = list[active];
      if (step) setActive((index) => (index + step + list.length) % list.length);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen);
      else if (event.key === 'Escape') close();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
