import { ActionIcon, Modal, Text, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconSearch, IconUsers } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMayI, usePeople, useSession } from '@/api/queries';
import { useLeftAt, useStatus } from '@/live/online';
import type { LiveEntity } from '@/live/react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { EmptyState } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { firstName } from '@/ui/person-avatar';
import { FailedList } from '@/ui/talk/failed-list';
import talk from '@/ui/talk/talk.module.css';
import { useUploads } from '@/ui/talk/uploads';
import { useDrop } from '@/ui/talk/use-drop';
import { useTyping } from '@/ui/talk/use-typing';
import { useTitle } from '@/ui/title';
import { roomTopic } from '../entity';
import { unreadOf } from '../reduce';
import { isUnsaved, type Message, type Room } from '../types';
import { useMarkRoomRead, useRoomActions, useRoomHistory } from '../use-room';
import { Composer, type Concern } from './composer';
import classes from './conversation.module.css';
import { Members } from './members';
import type { MessageTools } from './message-item';
import { MessageList } from './message-list';
import { RoomAvatar } from './room-avatar';
import { RoomSearch } from './room-search';

/** An open room. */
export function Conversation({ room, live }: { room: Room; live: LiveEntity<Room> }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const [params, setParams] = useSearchParams();
  const marked = params.get('message');
  const history = useRoomHistory(live, room.id);
  const actions = useRoomActions(live, room.id);
  const typing = useTyping(roomTopic(room.id));
  const uploads = useUploads();
  const [isAtEnd, setAtEnd] = useState(marked === null);
  const [panel, setPanel] = useState<'members' | 'search' | null>(null);
  const [concern, setConcern] = useState<Concern>(null);
  const [removing, setRemoving] = useState<Message | null>(null);
  const [readersOf, setReadersOf] = useState<Message | null>(null);
  const [unreadAfter] = useState(() => (unreadOf(room, me) > 0 ? readNumber(room, me) : null));
  useMarkRoomRead(live, isAtEnd);
  useTitle(room.name);

  const reach = useRef(history.reach);
  reach.current = history.reach;
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    setMissing(false);
    if (marked) void reach.current(marked).then((found) => setMissing(!found));
  }, [marked]);

  const jump = useCallback(
    (id: string | null) => setParams(id ? { message: id } : {}, { replace: true }),
    [setParams],
  );
  const tools = useTools(room, history.messages, { ...actions, jump, setConcern, setRemoving, setReadersOf });
  const drop = useDrop((files) => uploads.add(files));
  const toNow = () => {
    jump(null);
    history.toNow();
  };

  return (
    <section className={classes.conversation} aria-label={room.name} {...drop.handlers}>
      <Head room={room} onPanel={setPanel} />
      {history.messages.length === 0 ? (
        <div className={talk.messages}>
          <EmptyState title={t('chat.noMessagesTitle')} hint={t('chat.noMessagesHint')} />
        </div>
      ) : (
        <MessageList
          room={room}
          history={{ ...history, toNow }}
          tools={tools}
          unreadAfter={unreadAfter}
          marked={marked}
          onAtEnd={setAtEnd}
        />
      )}
      {isMissing && (
        <p className={classes.notice} role="alert">
          {t('chat.messageMissing')}
        </p>
      )}
      <div className={classes.foot}>
        <SeenBy room={room} me={me} />
        <Typing live={live} />
      </div>
      <FailedList place={room.id} onRetry={({ data }) => actions.sendMessage(data)} />
      <Composer
        room={room}
        me={me}
        concern={concern}
        uploads={uploads}
        actions={actions}
        typing={typing}
        onConcern={setConcern}
        lastOwn={() => lastOwn(history.messages, me)}
      />
      {drop.isOver && <div className={talk.drop}>{t('chat.dropHere')}</div>}
      <Members room={room} live={live} opened={panel === 'members'} onClose={() => setPanel(null)} />
      <RoomSearch room={room} opened={panel === 'search'} onClose={() => setPanel(null)} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('chat.deleteTitle')}
        confirm={t('common.delete')}
        onClose={() => setRemoving(null)}
        onConfirm={() => {
          if (removing) actions.remove(removing);
          setRemoving(null);
        }}
      >
        <Text size="md">{t('chat.deleteHint')}</Text>
      </ConfirmDialog>
      <Readers room={room} message={readersOf} onClose={() => setReadersOf(null)} />
    </section>
  );
}

const readNumber = (room: Room, userId: string): number | null =>
  room.participants.find(({ user_id }) => user_id === userId)?.read_number ?? null;

const lastOwn = (messages: Message[], me: string): Message | null =>
  messages.findLast(
    (message) =>
      message.sender.id === me &&
      message.content !== null &&
      message.message_type !== 'system' &&
      !isUnsaved(message),
  ) ?? null;

interface Doings {
  react: MessageTools['react'];
  jump: MessageTools['jump'];
  setConcern(concern: Concern): void;
  setRemoving(message: Message): void;
  setReadersOf(message: Message): void;
}

/** Stable while messages come: only a change of who is here draws the messages again. */
function useTools(room: Room, messages: Message[], doings: Doings): MessageTools {
  const me = useSession()?.user.id ?? '';
  const mayModerate = useMayI('chat.manage');
  const latest = useRef({ messages, doings });
  latest.current = { messages, doings };
  const people = JSON.stringify(room.participants.map(({ user_id, name }) => [user_id, name]));
  return useMemo(
    () => ({
      me,
      mayModerate,
      names: new Map(JSON.parse(people) as [string, string][]),
      find: (id) => latest.current.messages.find((message) => message.id === id) ?? null,
      jump: (id) => latest.current.doings.jump(id),
      reply: (message) => latest.current.doings.setConcern({ kind: 'reply', message }),
      edit: (message) => latest.current.doings.setConcern({ kind: 'edit', message }),
      remove: (message) => latest.current.doings.setRemoving(message),
      react: (message, emoji) => latest.current.doings.react(message, emoji),
      showReaders: (message) => latest.current.doings.setReadersOf(message),
    }),
    [me, mayModerate, people],
  );
}

function Head({ room, onPanel }: { room: Room; onPanel(panel: 'members' | 'search'): void }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const other = room.participants.find(({ user_id }) => user_id !== me);
  return (
    <header className={classes.head}>
      <ActionIcon
        component={Link}
        to="/chat"
        className={classes.back}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('chat.back')}
      >
        <IconArrowLeft size={19} />
      </ActionIcon>
      <RoomAvatar room={room} size={34} />
      <div className={classes.title}>
        <h2>{room.name}</h2>
        <span>
          {room.type === 'direct'
            ? other && <Whereabouts userId={other.user_id} />
            : t('chat.members', { count: room.participants.length })}
        </span>
      </div>
      <Tooltip label={t('chat.searchRoom')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('chat.searchRoom')}
          onClick={() => onPanel('search')}
        >
          <IconSearch size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('chat.membersTitle')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('chat.membersTitle')}
          onClick={() => onPanel('members')}
        >
          <IconUsers size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}

/** Whether somebody is there, and else when they were. */
function Whereabouts({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const status = useStatus(userId);
  const leftAt = useLeftAt(userId);
  const person = usePeople().get(userId);
  const seenAt = leftAt ?? person?.last_seen_at;
  if (!status) return null;
  if (status !== 'offline' || !seenAt) return t(`chat.status.${status}`);
  return (
    <span title={formats.dateTime(seenAt)}>{t('chat.lastSeen', { when: formats.relative(seenAt) })}</span>
  );
}

const readersOf = (room: Room, message: Message) =>
  room.participants.filter(
    ({ user_id, read_number }) => user_id !== message.sender.id && read_number >= message.number,
  );

/** Who has seen the newest message, where that is one's own. */
function SeenBy({ room, me }: { room: Room; me: string }) {
  const { t } = useTranslation();
  const last = room.messages.findLast((message) => message.message_type !== 'system');
  if (!last || last.sender.id !== me || isUnsaved(last) || room.participants.length < 2) return null;
  const readers = readersOf(room, last);
  if (readers.length === 0) return <span>{t('chat.sent')}</span>;
  if (room.type === 'direct') return <span>{t('chat.seen')}</span>;
  if (readers.length === room.participants.length - 1) return <span>{t('chat.seenByAll')}</span>;
  const names = readers.slice(0, 3).map(({ name }) => firstName(name));
  const others = readers.length - names.length;
  return (
    <span>
      {t('chat.seenByNames', { names: names.join(', ') })}
      {others > 0 && ` +${others}`}
    </span>
  );
}

function Typing({ live }: { live: LiveEntity<Room> }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const present = useSyncExternalStore(live.topic.subscribePresent, live.topic.getPresent);
  const names = present
    .filter(({ doing, user }) => doing === 'typing' && user.id !== me)
    .map(({ user }) => firstName(user.name));
  const text =
    names.length === 0
      ? ''
      : names.length > 3
        ? t('chat.typingMany')
        : t('chat.typing', { count: names.length, names: names.join(', ') });
  return (
    <span className={classes.typing} role="status">
      {text}
    </span>
  );
}

function Readers({ room, message, onClose }: { room: Room; message: Message | null; onClose(): void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const readers = message ? readersOf(room, message) : [];
  return (
    <Modal
      opened={message !== null}
      onClose={onClose}
      title={t('chat.seenBy')}
      size={380}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {readers.length === 0 ? (
        <Text c="dimmed">{t('chat.seenByNobody')}</Text>
      ) : (
        <ul className={classes.readers}>
          {readers.map(({ user_id, name, last_read_at }) => (
            <li key={user_id}>
              {name}
              {last_read_at && (
                <Text span size="sm" c="dimmed">
                  {t('chat.readAt', { time: formats.relative(last_read_at) })}
                </Text>
              )}
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}
