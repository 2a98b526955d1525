/** The open room: what of it is shown, how more of it comes, and everything one can do in it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { type LiveEntity, useTopic } from '@/live/react';
import { describeError } from '@/ui/errors';
import { newId } from '@/ui/new-id';
import { notify } from '@/ui/notify';
import { addFailed } from '@/ui/talk/failed';
import { type History, type Source, useHistory } from '@/ui/talk/use-history';
import { useMarkRead } from '@/ui/talk/use-mark-read';
import { fetchMessages } from './api';
import { roomEntity, roomTopic } from './entity';
import { changeMessages, unreadOf } from './reduce';
import { isUnsaved, type Message, type Room } from './types';

export const useLiveRoom = (roomId: string): LiveEntity<Room> => useTopic(roomTopic(roomId), roomEntity);

export function useRoomHistory(live: LiveEntity<Room>, roomId: string): History<Message> {
  const source = useMemo<Source<Message>>(
    () => ({
      fetch: (place) => fetchMessages(roomId, place),
      change: changeMessages,
      isUnsaved,
      canJump: true,
    }),
    [roomId],
  );
  return useHistory(live, source);
}

export function useMarkRoomRead({ state, send }: LiveEntity<Room>, isAtEnd: boolean): void {
  const me = useSession()?.user.id ?? '';
  const isUnread = isAtEnd && state !== null && unreadOf(state, me) > 0;
  const last = isUnread ? state.messages.findLast((message) => !isUnsaved(message)) : null;
  useMarkRead(send, last?.id ?? null);
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
    const command = 'send_message';
    return {
      sendMessage(data) {
        send(command, data).catch((error: unknown) =>
          addFailed(roomId, { id: newId(), command, data, reason: describeError(error, t) }),
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
