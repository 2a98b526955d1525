/** A room as the live module sees it: how to read it, follow it, and foresee one's own commands. */
import type { EventFrame } from '@/live/frames';
import type { Entity, PendingCommand } from '@/live/topic';
import { uploaded } from '@/ui/talk/uploads';
import { type RoomEvent, reduce } from './reduce';
import { type Attachment, type Message, type Room, UNSAVED } from './types';

export const roomTopic = (roomId: string): string => `room:${roomId}`;

export const roomEntity: Entity<Room> = {
  read: (snapshot) => snapshot as Room,
  reduce,
  predict(view, command) {
    const event = foresee(view, command);
    return event ? reduce(view, event) : view;
  },
  echoes(event, command) {
    if (event.by?.id !== command.by.id) return false;
    return ECHOES[command.name]?.(event, event.data as Data, command.data) ?? false;
  },
};

/** The event a command will become, judged by the state in view; null when that state no longer allows to tell. */
function foresee(view: Room, { id, name, data, by }: PendingCommand): RoomEvent | null {
  const now = new Date().toISOString();
  const message = view.messages.find((known) => known.id === data.message_id);
  switch (name) {
    case 'send_message':
      return { type: 'message.sent', data: newMessage(view, { id, data, by }) };
    case 'edit_message':
      return message
        ? { type: 'message.edited', data: { ...message, content: data.content, edited_at: now } }
        : null;
    case 'delete_message':
      return { type: 'message.deleted', data: { message_id: data.message_id, deleted_at: now } };
    case 'react':
      return { type: 'message.reacted', data: { ...data, user_id: by.id } };
    case 'mark_read':
      return message
        ? {
            type: 'message.read',
            data: {
              user_id: by.id,
              message_id: message.id,
              number: message.number,
              tally: message.tally,
              read_at: now,
            },
          }
        : null;
    case 'remove_participant':
      return { type: 'participant.removed', data: { user_id: data.user_id } };
    case 'rename':
      return { type: 'room.renamed', data: { name: data.name, updated_at: now } };
    default:
      return null;
  }
}

function newMessage(view: Room, { id, data, by }: Pick<PendingCommand, 'id' | 'data' | 'by'>): Message {
  const last = view.messages.at(-1);
  const attachment = uploaded(data.attachment_id);
  const fileType = attachment?.content_type.startsWith('image/') ? 'image' : 'file';
  return {
    id: `${UNSAVED}${id}`,
    room_id: view.id,
    number: (last?.number ?? 0) + 1,
    tally: (last?.tally ?? 0) + 1,
    sender: by,
    content: (data.content as string | undefined) ?? null,
    message_type: data.attachment_id ? fileType : 'text',
    attachment,
    reply_to: (data.reply_to as string | undefined) ?? null,
    mentions: [],
    reactions: [],
    notice: null,
    created_at: new Date().toISOString(),
    edited_at: null,
    deleted_at: null,
  };
}

type Data = Record<string, unknown>;

/** Only what would show twice (or as undone) if both the event and the waiting command counted. */
const ECHOES: Record<string, (event: EventFrame, told: Data, asked: Data) => boolean> = {
  send_message: ({ type }, told, asked) =>
    type === 'message.sent' &&
    told.message_type !== 'system' &&
    (told.content ?? null) === (asked.content ?? null) &&
    (told.reply_to ?? null) === (asked.reply_to ?? null) &&
    ((told.attachment as Attachment | null)?.id ?? null) === (asked.attachment_id ?? null),
  edit_message: ({ type }, told, asked) =>
    type === 'message.edited' && told.id === asked.message_id && told.content === asked.content,
  delete_message: ({ type }, told, asked) =>
    type === 'message.deleted' && told.message_id === asked.message_id,
  react: ({ type }, told, asked) =>
    type === 'message.reacted' && told.message_id === asked.message_id && told.emoji === asked.emoji,
  mark_read: ({ type }, told, asked) => type === 'message.read' && told.message_id === asked.message_id,
};
