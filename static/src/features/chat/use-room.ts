/** The open room: what of it is shown, how more of it comes, and everything one can do in it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import type { EventFrame } from '@/live/frames';
import { VIEWING } from '@/live/presence';
import { live as client, type LiveEntity, useTopic } from '@/live/react';
import { describeError } from '@/ui/errors';
import { newId } from '@/ui/new-id';
import { notify } from '@/ui/notify';
import { fetchMessages, type Place } from './api';
import { roomEntity, roomTopic } from './entity';
import { addFailed } from './failed';
import { caughtUp, join, type Past, type Shown, shown } from './past';
import { changeMessages, unreadOf } from './reduce';
import { isUnsaved, type Message, type Room } from './types';

export const useLiveRoom = (roomId: string): LiveEntity<Room> => useTopic(roomTopic(roomId), roomEntity);

export interface History extends Shown {
  loading: 'older' | 'newer' | 'jump' | null;
  error: unknown;
  loadOlder(): void;
  loadNewer(): void;
  /** Brings this message into what is shown. */
  reach(id: string): Promise<boolean>;
  toNow(): void;
}

export function useHistory(live: LiveEntity<Room>, roomId: string): History {
  const { topic, state } = live;
  const [past, setPast] = useState<Past>([]);
  const [loading, setLoading] = useState<History['loading']>(null);
  const [error, setError] = useState<unknown>(null);
  const meanwhile = useRef<EventFrame[] | null>(null);

  useEffect(
    () =>
      topic.observe((event) => {
        meanwhile.current?.push(event);
        setPast((known) => changeMessages(known, event));
      }),
    [topic],
  );
  // Another first message means another snapshot: between it and what was held something may be missing.
  const first = state?.messages.find((message) => !isUnsaved(message))?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: that it is another one is what matters
  useEffect(() => setPast([]), [first]);

  const load = useCallback(
    async (what: NonNullable<History['loading']>, place: Place): Promise<Message[]> => {
      if (meanwhile.current) return [];
      meanwhile.current = [];
      setLoading(what);
      setError(null);
      try {
        const part = await fetchMessages(roomId, place);
        const events = meanwhile.current;
        setPast((known) => join(known, caughtUp(part, events)));
        return part;
      } catch (cause) {
        setError(cause);
        return [];
      } finally {
        meanwhile.current = null;
        setLoading(null);
      }
    },
    [roomId],
  );

  const view = useMemo(() => shown(past, state?.messages ?? []), [past, state?.messages]);
  const oldest = view.messages[0];
  const latest = view.messages.at(-1);
  return {
    ...view,
    loading,
    error,
    loadOlder: () => view.hasOlder && oldest && void load('older', { before: oldest.id }),
    loadNewer: () => view.hasNewer && latest && void load('newer', { after: latest.id }),
    reach: async (id) => {
      if (view.messages.some((message) => message.id === id)) return true;
      return (await load('jump', { around: id })).some((message) => message.id === id);
    },
    toNow: () => setPast([]),
  };
}

/** What is read is told to the others: once a second at most, and only while somebody looks at the end. */
export function useMarkRead(live: LiveEntity<Room>, isAtEnd: boolean): void {
  const me = useSession()?.user.id ?? '';
  const { state, send } = live;
  const unread = state ? unreadOf(state, me) : 0;
  const last = state?.messages.findLast((message) => !isUnsaved(message))?.id;
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const told = useRef<{ id: string; at: number } | null>(null);
  useEffect(() => {
    if (!isAtEnd || !isVisible || unread === 0 || !last || told.current?.id === last) return;
    const wait = Math.max(0, 1_000 - (Date.now() - (told.current?.at ?? 0)));
    const timer = setTimeout(() => {
      told.current = { id: last, at: Date.now() };
      // What could not be told now is told with the next message.
      send('mark_read', { message_id: last }).catch(() => undefined);
    }, wait);
    return () => clearTimeout(timer);
  }, [isAtEnd, isVisible, unread, last, send]);
}

/** That one writes is said while one does, and a while after the last key it is not. */
export function useTyping(roomId: string): { typing(): void; done(): void } {
  const name = roomTopic(roomId);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const done = useCallback(() => {
    clearTimeout(timer.current);
    client.say(name, VIEWING);
  }, [name]);
  const typing = useCallback(() => {
    client.say(name, { name: 'typing', data: {} });
    clearTimeout(timer.current);
    timer.current = setTimeout(done, 4_000);
  }, [name, done]);
  useEffect(() => {
    client.say(name, VIEWING);
    return () => {
      clearTimeout(timer.current);
      client.say(name, VIEWING);
      client.say(name, null);
    };
  }, [name]);
  return useMemo(() => ({ typing, done }), [typing, done]);
}

export interface RoomActions {
  sendMessage(data: Record<string, unknown>): void;
  edit(message: Message, content: string): void;
  remove(message: Message): void;
  react(message: Message, emoji: string): void;
}

export function useRoomActions({ send }: LiveEntity<Room>, roomId: string): RoomActions {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  return useMemo(() => {
    const refused = (error: unknown) => notify.failed(t('chat.refused'), describeError(error, t));
    return {
      sendMessage(data) {
        send('send_message', data).catch((error: unknown) =>
          addFailed(roomId, { id: newId(), data, reason: describeError(error, t) }),
        );
      },
      edit: (message, content) =>
        void send('edit_message', { message_id: message.id, content }).catch(refused),
      remove: (message) => void send('delete_message', { message_id: message.id }).catch(refused),
      react(message, emoji) {
        const mine = message.reactions.some((one) => one.emoji === emoji && one.user_ids.includes(me));
        send('react', { message_id: message.id, emoji, active: !mine }).catch(refused);
      },
    };
  }, [send, roomId, me, t]);
}
