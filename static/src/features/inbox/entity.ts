/** A conversation as the live module sees it: how to read it, follow it, and foresee one's own commands. */
import type { EventFrame } from '@/live/frames';
import type { Entity, PendingCommand } from '@/live/topic';
import { uploaded } from '@/ui/talk/uploads';
import { allRead, read, reduce } from './reduce';
import { type Attachment, type Conversation, type Message, UNSAVED } from './types';

export const conversationTopic = (id: string): string => `conversation:${id}`;

export const conversationEntity: Entity<Conversation> = {
  read,
  reduce,
  predict,
  echoes(event, command) {
    if (event.by?.id !== command.by.id) return false;
    return ECHOES[command.name]?.(event, event.data as Message, command.data) ?? false;
  },
};

/**
 * What one says oneself is shown at once. Whose the conversation is, is not foreseen: another may be faster, and to see one's
 * name there for a moment would be a lie.
 */
function predict(view: Conversation, command: PendingCommand): Conversation {
  const { data } = command;
  switch (command.name) {
    case 'send_message': {
      // Who answers has read.
      const message = newMessage(view, command, typeOf(uploaded(data.attachment_id)));
      return reduce(allRead(view), { type: 'message.sent', data: message });
    }
    case 'add_note':
      return reduce(view, { type: 'note.added', data: newMessage(view, command, 'note') });
    case 'mark_read':
      return allRead(view);
    case 'tag': {
      const { add, remove } = data as { add: string[]; remove: string[] };
      const kept = view.tags.filter((tag) => !remove.includes(tag) && !add.includes(tag));
      return { ...view, tags: [...kept, ...add] };
    }
    case 'update':
      return { ...view, priority: data.priority as Conversation['priority'] };
    default:
      return view;
  }
}

function newMessage(
  view: Conversation,
  { id, data, by }: PendingCommand,
  message_type: Message['message_type'],
): Message {
  const last = view.messages.at(-1);
  const now = new Date().toISOString();
  return {
    id: `${UNSAVED}${id}`,
    conversation_id: view.id,
    number: (last?.number ?? 0) + 1,
    tally: last?.tally ?? 0,
    sender_type: 'attendant',
    sender_user_id: by.id,
    sender_name: by.name,
    content: (data.content as string | undefined) ?? '',
    message_type,
    attachment: uploaded(data.attachment_id),
    media_url: null,
    reply_to: (data.reply_to as string | undefined) ?? null,
    metadata: {},
    whatsapp_message_id: null,
    delivery: 'queued',
    error: null,
    is_read: false,
    sent_at: now,
    created_at: now,
  };
}

const TYPES: Record<string, Message['message_type']> = { image: 'image', audio: 'audio', video: 'video' };

/** What a file is, as messages tell it. */
function typeOf(file: Attachment | null): Message['message_type'] {
  return file ? (TYPES[file.content_type.split('/')[0] ?? ''] ?? 'document') : 'text';
}

type Asked = Record<string, unknown>;

/** Only what would show twice if both the event and the waiting command counted. */
const ECHOES: Record<string, (event: EventFrame, told: Message, asked: Asked) => boolean> = {
  send_message: ({ type }, told, asked) =>
    type === 'message.sent' &&
    told.sender_type === 'attendant' &&
    told.content === (asked.content ?? '') &&
    told.reply_to === (asked.reply_to ?? null) &&
    (told.attachment?.id ?? null) === (asked.attachment_id ?? null),
  add_note: ({ type }, told, asked) => type === 'note.added' && told.content === asked.content,
};
