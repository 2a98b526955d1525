import { ActionIcon, FileButton, Textarea, Tooltip } from '@mantine/core';
import { IconMessage, IconNote, IconPaperclip, IconSend2, IconSparkles, IconX } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import type { Activity } from '@/live/presence';
import { describeError } from '@/ui/errors';
import { PendingFiles } from '@/ui/talk/pending-files';
import type { Uploads } from '@/ui/talk/uploads';
import type { Typing } from '@/ui/talk/use-typing';
import { suggest } from '../api';
import { describeMessage, speaker } from '../describe';
import { draftOf, useDrafts, writeDraft } from '../drafts';
import type { Conversation, Message } from '../types';
import type { Sending } from '../use-conversation';
import classes from './composer.module.css';

const MOST_CHARACTERS = 4_096;
/** Colleagues see that a note is written; to the customer it is nothing. */
const NOTING: Activity = { name: 'editing', data: { field: 'note' } };

interface Props {
  conversation: Conversation;
  isNote: boolean;
  replyTo: Message | null;
  uploads: Uploads;
  typing: Typing;
  say: Sending['say'];
  onReplyTo(message: Message | null): void;
  onNote(isNote: boolean): void;
}

export function Composer(props: Props) {
  const { conversation, isNote, replyTo, uploads, typing, say, onReplyTo, onNote } = props;
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const isMine = conversation.assigned_user_id === me && conversation.status !== 'closed';
  const field = useRef<HTMLTextAreaElement>(null);
  const place = draftOf(conversation.id, isNote);
  const text = useDrafts((drafts) => drafts.texts[place] ?? '');
  const reply = isNote ? null : replyTo;
  const draft = useSuggestion(conversation.id, text);

  // Where there is a keyboard one writes at once; elsewhere it would cover what one came to read.
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) field.current?.focus();
  }, []);
  useEffect(() => {
    if (replyTo || isNote) field.current?.focus();
  }, [replyTo, isNote]);

  const content = text.trim();
  const files = isNote ? [] : uploads.files;
  const isUploading = files.some(({ attachment }) => attachment === null);
  const maySend = !isUploading && (content !== '' || files.length > 0);

  const send = () => {
    if (!maySend) return;
    if (isNote) say('add_note', { content });
    else sendAll();
    writeDraft(place, '');
    typing.done();
    draft.forget();
    // Who only left a note in another's conversation is done with it.
    if (isNote && !isMine) onNote(false);
  };
  /** The text goes with the first file; each further file is a message of its own. */
  const sendAll = () => {
    const attachments = files.flatMap(({ attachment }) => attachment ?? []);
    const [first, ...others] = attachments;
    say('send_message', {
      ...(content && { content }),
      ...(first && { attachment_id: first.id }),
      ...(reply && { reply_to: reply.id }),
    });
    for (const { id } of others) say('send_message', { attachment_id: id });
    uploads.clear();
    onReplyTo(null);
  };
  const write = (value: string) => {
    writeDraft(place, value);
    if (!value) typing.done();
    else typing.typing(isNote ? NOTING : undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Tab' && !event.shiftKey && !isNote) {
      // Once more Tab goes on to the buttons.
      event.preventDefault();
      typing.done();
      onNote(true);
    } else if (event.key === 'Escape' && (isNote || reply)) {
      event.preventDefault();
      if (isNote) onNote(false);
      else onReplyTo(null);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0 || isNote) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };
  const label = t(isNote ? 'inbox.composer.note' : 'inbox.composer.message', {
    name: conversation.contact.name,
  });
  return (
    <form
      className={classes.composer}
      data-note={isNote || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isNote && (
        <Concern onClose={() => onNote(false)}>
          <b>{t('inbox.composer.noteTitle')}</b> {t('inbox.composer.noteHint')}
        </Concern>
      )}
      {reply && (
        <Concern onClose={() => onReplyTo(null)}>
          <b>
            {t('chat.replyingTo', {
              name: reply.sender_type === 'customer' ? reply.sender_name : speaker(reply, t, me),
            })}
          </b>{' '}
          {describeMessage(reply, t)}
        </Concern>
      )}
      {draft.error && (
        <Concern onClose={draft.forget}>
          <span role="alert">{draft.error}</span>
        </Concern>
      )}
      {!isNote && <PendingFiles uploads={uploads} />}
      <Textarea
        ref={field}
        className={classes.field}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={MOST_CHARACTERS}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className={classes.tools}>
        {isMine && (
          <Tooltip label={t(isNote ? 'inbox.composer.toMessage' : 'inbox.composer.toNote')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              aria-label={t('inbox.composer.noteTitle')}
              aria-pressed={isNote}
              onClick={() => onNote(!isNote)}
            >
              {isNote ? <IconMessage size={18} stroke={1.7} /> : <IconNote size={18} stroke={1.7} />}
            </ActionIcon>
          </Tooltip>
        )}
        {!isNote && (
          <>
            <FileButton onChange={(added) => uploads.add(added)} multiple>
              {(button) => (
                <ActionIcon {...button} variant="subtle" color="gray" size={34} aria-label={t('chat.attach')}>
                  <IconPaperclip size={18} stroke={1.7} />
                </ActionIcon>
              )}
            </FileButton>
            <Tooltip label={t('inbox.ai.reply')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={34}
                loading={draft.isAsking}
                aria-label={t('inbox.ai.reply')}
                onClick={() =>
                  void draft.ask((words, before) => write(before ? `${before}\n${words}` : words))
                }
              >
                <IconSparkles size={18} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        <span className={classes.space} />
        <ActionIcon
          type="submit"
          size={34}
          color={isNote ? 'amber.8' : 'brand'}
          disabled={!maySend}
          aria-label={t(isNote ? 'inbox.composer.saveNote' : 'chat.send')}
        >
          <IconSend2 size={18} stroke={1.7} />
        </ActionIcon>
      </div>
    </form>
  );
}

function Concern({ children, onClose }: { children: ReactNode; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.concern}>
      <span>{children}</span>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('common.cancel')} onClick={onClose}>
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}

/** What a language model would answer, to be read and changed before it is sent. */
function useSuggestion(conversationId: string, text: string) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const written = useRef(text);
  written.current = text;
  return {
    isAsking,
    error,
    forget: () => setError(null),
    async ask(take: (words: string, written: string) => void) {
      setAsking(true);
      setError(null);
      try {
        take(await suggest(conversationId, 'reply'), written.current);
      } catch (cause) {
        setError(describeError(cause, t));
      } finally {
        setAsking(false);
      }
    },
  };
}
