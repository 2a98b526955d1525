import { Drawer } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { CommandRefused } from '@/live/outbox';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { FailedList } from '@/ui/talk/failed-list';
import talk from '@/ui/talk/talk.module.css';
import { useUploads } from '@/ui/talk/uploads';
import { useDrop } from '@/ui/talk/use-drop';
import { useTyping } from '@/ui/talk/use-typing';
import { useTitle } from '@/ui/title';
import { conversationTopic } from '../entity';
import type { Message, Conversation as State } from '../types';
import {
  type LiveConversation,
  type Sending,
  useCompanyOf,
  useConversationHistory,
  useDeeds,
  useMarkConversationRead,
  useSending,
} from '../use-conversation';
import { Composer } from './composer';
import { ContactPanel } from './contact-panel';
import { type Asking, Dialogs } from './dialogs';
import { Head } from './head';
import classes from './inbox.module.css';
import type { MessageTools } from './message-item';
import { type Mark, MessageList } from './message-list';
import { StandingBar } from './standing-bar';
import { TypingLine } from './typing-line';

/** How long it is told that somebody else was faster. */
const BEATEN_MS = 20_000;
/** From this width on the customer has a column. */
const WIDE = '(min-width: 1180px)';

/** An open conversation. */
export function Conversation({ conversation, live }: { conversation: State; live: LiveConversation }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const { id, contact } = conversation;
  const isMine = conversation.assigned_user_id === me && conversation.status !== 'closed';
  const history = useConversationHistory(live, id);
  const company = useCompanyOf(live);
  const sending = useSending(live, id);
  const deeds = useDeeds(live);
  const typing = useTyping(conversationTopic(id));
  const uploads = useUploads();
  const [isAtEnd, setAtEnd] = useState(true);
  const [mark, setMark] = useState<Mark | null>(null);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [isNoting, setNoting] = useState(false);
  const [asking, setAsking] = useState<Asking>(null);
  const [wasBeaten, setBeaten] = useState(false);
  const [unreadAfter] = useState(() => (conversation.unread_count > 0 ? conversation.read_number : null));
  const panel = usePanel();
  useMarkConversationRead(live, isAtEnd);
  useTitle(contact.name);

  useEffect(() => {
    if (!wasBeaten) return;
    const timer = setTimeout(() => setBeaten(false), BEATEN_MS);
    return () => clearTimeout(timer);
  }, [wasBeaten]);

  const say: Sending['say'] = (command, data) => {
    // What one says stands at the end, and there one looks.
    setMark(null);
    sending.say(command, data);
  };
  const jump = async (messageId: string) => {
    if (await history.reach(messageId)) setMark((before) => ({ id: messageId, nth: (before?.nth ?? 0) + 1 }));
    else notify.failed(t('inbox.title'), t('chat.messageMissing'));
  };
  const tools = useTools(history.messages, isMine, {
    jump: (messageId) => void jump(messageId),
    reply: setReplyTo,
    say,
  });
  const takeOver = async () => {
    setBeaten(false);
    const isTaken = await deeds.ask('takeover', {}, (error) => {
      if (error instanceof CommandRefused && error.code === 'already_assigned') setBeaten(true);
      else notify.failed(t('inbox.refused'), describeError(error, t));
    });
    if (isTaken) setNoting(false);
  };
  const drop = useDrop(isMine && !isNoting ? (files) => uploads.add(files) : null);
  const writesNote = isNoting || !isMine;
  return (
    <div className={classes.open} data-panel={panel.isBeside || undefined}>
      <section className={classes.conversation} aria-label={contact.name} {...drop.handlers}>
        <Head
          conversation={conversation}
          company={company}
          deeds={deeds}
          isPanelOpen={panel.isOpen}
          onPanel={panel.toggle}
          onAsk={setAsking}
          onNote={() => setNoting(true)}
        />
        <MessageList
          conversation={conversation}
          history={{
            ...history,
            toNow() {
              setMark(null);
              history.toNow();
            },
          }}
          tools={tools}
          unreadAfter={unreadAfter}
          mark={mark}
          onAtEnd={setAtEnd}
        />
        <TypingLine company={company} />
        <FailedList
          place={id}
          onRetry={({ command, data }) => say(command as 'send_message' | 'add_note', data)}
        />
        <StandingBar
          conversation={conversation}
          deeds={deeds}
          wasBeaten={wasBeaten}
          isNoting={isNoting}
          onTakeOver={() => void takeOver()}
          onNote={() => setNoting(true)}
        />
        {(isMine || isNoting) && (
          <Composer
            conversation={conversation}
            isNote={writesNote}
            replyTo={replyTo}
            uploads={uploads}
            typing={typing}
            say={say}
            onReplyTo={setReplyTo}
            onNote={setNoting}
          />
        )}
        {drop.isOver && <div className={talk.drop}>{t('chat.dropHere')}</div>}
      </section>
      {panel.isBeside && (
        <aside className={classes.panel} aria-label={t('inbox.panel.title')}>
          <ContactPanel conversation={conversation} live={live} />
        </aside>
      )}
      <Drawer
        opened={panel.isOver}
        onClose={panel.toggle}
        position="right"
        size={360}
        title={t('inbox.panel.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <ContactPanel conversation={conversation} live={live} />
      </Drawer>
      <Dialogs asking={asking} conversation={conversation} deeds={deeds} onClose={() => setAsking(null)} />
    </div>
  );
}

/** The customer stands beside where there is room and somebody wants it; elsewhere they come over the conversation. */
function usePanel() {
  const isWide = useMediaQuery(WIDE, false, { getInitialValueInEffect: false }) ?? false;
  const [isWanted, setWanted] = useLocalStorage({
    key: 'balcao.inbox.panel',
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const [isAsked, setAsked] = useState(false);
  const isBeside = isWide && isWanted;
  const isOver = !isWide && isAsked;
  return {
    isBeside,
    isOver,
    isOpen: isBeside || isOver,
    toggle: () => (isWide ? setWanted(!isWanted) : setAsked(!isAsked)),
  };
}

interface Doings {
  jump(id: string): void;
  reply(message: Message): void;
  say: Sending['say'];
}

/** Stable while messages come: only a change of what one may draws the messages again. */
function useTools(messages: Message[], mayWrite: boolean, doings: Doings): MessageTools {
  const me = useSession()?.user.id ?? '';
  const latest = useRef({ messages, doings });
  latest.current = { messages, doings };
  return useMemo(
    () => ({
      me,
      mayWrite,
      find: (id) => latest.current.messages.find((message) => message.id === id) ?? null,
      jump: (id) => latest.current.doings.jump(id),
      reply: (message) => latest.current.doings.reply(message),
      sendAgain: ({ content, attachment, reply_to }) =>
        latest.current.doings.say('send_message', {
          ...(content && { content }),
          ...(attachment && { attachment_id: attachment.id }),
          ...(reply_to && { reply_to }),
        }),
    }),
    [me, mayWrite],
  );
}
