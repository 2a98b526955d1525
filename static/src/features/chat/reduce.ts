/** How an event changes a room: the twin of the server's own rules, so that both come to the same room. Pure. */
import type { EventFrame } from '@/live/frames';
import type { Message, Participant, Room } from './types';

export type RoomEvent = Pick<EventFrame, 'type' | 'data'>;

interface Deleted {
  message_id: string;
  deleted_at: string;
}
interface Read {
  user_id: string;
  message_id: string;
  number: number;
  tally: number;
  read_at: string;
}
interface Reacted {
  message_id: string;
  user_id: string;
  emoji: string;
  active: boolean;
}

export function reduce(room: Room, event: RoomEvent): Room {
  switch (event.type) {
    case 'message.sent':
      return sent(room, event.data as Message);
    case 'message.edited':
    case 'message.deleted':
    case 'message.reacted': {
      const messages = changeMessages(room.messages, event);
      return messages === room.messages ? room : { ...room, messages };
    }
    case 'message.read': {
      const { user_id, ...read } = event.data as Read;
      return changeParticipant(room, user_id, (participant) => ({
        ...participant,
        read_number: read.number,
        read_tally: read.tally,
        last_read_message_id: read.message_id,
        last_read_at: read.read_at,
      }));
    }
    case 'participant.added': {
      const added = event.data as Participant;
      const others = room.participants.filter(({ user_id }) => user_id !== added.user_id);
      const place = others.findIndex((other) => isAfter(other, added));
      return { ...room, participants: others.toSpliced(place === -1 ? others.length : place, 0, added) };
    }
    case 'participant.removed': {
      const { user_id } = event.data as { user_id: string };
      return { ...room, participants: room.participants.filter((other) => other.user_id !== user_id) };
    }
    case 'participant.renamed': {
      const { user_id, name } = event.data as { user_id: string; name: string };
      return changeParticipant(room, user_id, (participant) => ({ ...participant, name }));
    }
    case 'room.renamed': {
      const { name, updated_at } = event.data as { name: string; updated_at: string };
      return { ...room, name, updated_at };
    }
    default:
      // A newer server's event: a snapshot tells what it has changed.
      throw new Error(`a room knows no event ${event.type}`);
  }
}

/** What an event does to messages that stand in a list: the room's newest, or a part of its history. */
export function changeMessages(messages: Message[], event: RoomEvent): Message[] {
  switch (event.type) {
    case 'message.edited': {
      const edited = event.data as Message;
      return change(messages, edited.id, () => edited);
    }
    case 'message.deleted': {
      const { message_id, deleted_at } = event.data as Deleted;
      return change(messages, message_id, (message) => ({
        ...message,
        content: null,
        attachment: null,
        mentions: [],
        reactions: [],
        deleted_at,
      }));
    }
    case 'message.reacted': {
      const reacted = event.data as Reacted;
      return change(messages, reacted.message_id, (message) => react(message, reacted));
    }
    default:
      return messages;
  }
}

export const countsAsUnread = (message: Message): boolean => message.message_type !== 'system';

/** How many messages somebody has not read; 0 for who is not there. */
export function unreadOf(room: Room, userId: string): number {
  const participant = room.participants.find(({ user_id }) => user_id === userId);
  return participant ? Math.max(0, (room.messages.at(-1)?.tally ?? 0) - participant.read_tally) : 0;
}

function sent(room: Room, message: Message): Room {
  const told = { ...room, messages: [...room.messages, message] };
  if (!countsAsUnread(message)) return told;
  return changeParticipant(told, message.sender.id, (sender) => ({
    ...sender,
    read_number: message.number,
    read_tally: message.tally,
    last_read_message_id: message.id,
    last_read_at: message.created_at,
  }));
}

function react(message: Message, { emoji, user_id, active }: Reacted): Message {
  const others = message.reactions.filter((reaction) => reaction.emoji !== emoji);
  const users = message.reactions.find((reaction) => reaction.emoji === emoji)?.user_ids ?? [];
  const without = users.filter((id) => id !== user_id);
  const user_ids = active ? [...without, user_id].sort() : without;
  const reactions = user_ids.length > 0 ? [...others, { emoji, user_ids }] : others;
  return { ...message, reactions: reactions.sort((a, b) => compareCodePoints(a.emoji, b.emoji)) };
}

/** As the server orders texts, which is not as UTF-16 does. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function change(messages: Message[], id: string, how: (message: Message) => Message): Message[] {
  const index = messages.findLastIndex((message) => message.id === id);
  const message = messages[index];
  return message ? messages.with(index, how(message)) : messages;
}

function changeParticipant(room: Room, userId: string, how: (one: Participant) => Participant): Room {
  const index = room.participants.findIndex(({ user_id }) => user_id === userId);
  const participant = room.participants[index];
  return participant ? { ...room, participants: room.participants.with(index, how(participant)) } : room;
}

const isAfter = (a: Participant, b: Participant): boolean =>
  a.joined_at > b.joined_at || (a.joined_at === b.joined_at && a.user_id > b.user_id);
