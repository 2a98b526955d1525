/** How an event changes a conversation: the twin of the server's own rules, so that both come to the same one. Pure. */
import type { EventFrame } from '@/live/frames';
import {
  type Conversation,
  type Delivery,
  isNote,
  type Message,
  type Snapshot,
  type Standing,
  type Summary,
  type Transfer,
} from './types';

export type ConversationEvent = Pick<EventFrame, 'type' | 'data'> & Partial<Pick<EventFrame, 'seq' | 'at'>>;

/** How far a message has come. Who reads one has read those before it. */
export interface Status {
  message_id: string;
  number: number;
  /** Whether it is about what the customer said, and not about what was said to them. */
  of_customer: boolean;
  delivery: Delivery;
  error: string | null;
}

type Moved = Standing & { id: string; transfer?: Transfer };

export function read(snapshot: unknown): Conversation {
  const known = snapshot as Snapshot;
  return { ...known, read_tally: tallyOf(known.messages) - known.unread_count, discarded: [] };
}

export function reduce(conversation: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case 'message.received':
    case 'message.sent':
    case 'note.added':
      return said(conversation, event.data as Message);
    case 'message.status': {
      const messages = changeMessages(conversation.messages, event);
      const [last] = changeMessages(conversation.last_message ? [conversation.last_message] : [], event);
      return { ...conversation, messages, last_message: last ?? null };
    }
    case 'conversation.assigned':
    case 'conversation.transferred':
    case 'conversation.closed':
    case 'conversation.reopened':
    case 'bot.handed_over': {
      const { transfer: _told, ...standing } = event.data as Moved;
      return { ...conversation, ...standing };
    }
    case 'conversation.updated': {
      const summary = event.data as Summary;
      const tally = summary.last_message?.tally ?? 0;
      return { ...conversation, ...summary, read_tally: tally - summary.unread_count };
    }
    case 'bot.answer_discarded': {
      const { content } = event.data as { content: string | null };
      const after = conversation.messages.at(-1)?.number ?? 0;
      const discarded = {
        key: `discarded:${event.seq ?? conversation.discarded.length}`,
        after,
        at: event.at ?? conversation.last_message_at,
        content,
      };
      return { ...conversation, discarded: [...conversation.discarded, discarded] };
    }
    case 'hidden':
      return conversation;
    default:
      // A newer server's event: a snapshot tells what it has changed.
      throw new Error(`a conversation knows no event ${event.type}`);
  }
}

/** What an event does to messages that stand in a list: the newest ones, or a part of the history. */
export function changeMessages(messages: Message[], event: Pick<EventFrame, 'type' | 'data'>): Message[] {
  if (event.type !== 'message.status') return messages;
  const status = event.data as Status;
  if (!messages.some((message) => concerns(status, message))) return messages;
  return messages.map((message) =>
    concerns(status, message)
      ? {
          ...message,
          delivery: status.delivery,
          error: status.error,
          is_read: status.delivery === 'read',
        }
      : message,
  );
}

function concerns(status: Status, message: Message): boolean {
  const isSameSide = (message.sender_type === 'customer') === status.of_customer;
  const isIt = message.id === status.message_id;
  const isBefore = status.delivery === 'read' && message.number <= status.number;
  return isSameSide && !isNote(message) && (isIt || isBefore) && follows(status.delivery, message.delivery);
}

const PLACE: Record<Delivery, number> = { queued: 0, sent: 1, delivered: 2, read: 3, failed: 4 };

/** Whether it may come after the other: it never goes back, and what has arrived no longer fails. */
export function follows(delivery: Delivery, before: Delivery): boolean {
  if (before === 'failed') return false;
  if (delivery === 'failed') return before === 'queued' || before === 'sent';
  return PLACE[delivery] > PLACE[before];
}

function said(conversation: Conversation, message: Message): Conversation {
  return {
    ...conversation,
    messages: [...conversation.messages, message],
    unread_count: Math.max(0, message.tally - conversation.read_tally),
    ...(!isNote(message) && { last_message: message, last_message_at: message.created_at }),
  };
}

/** As it is when everything has been read. */
export const allRead = (conversation: Conversation): Conversation => ({
  ...conversation,
  read_tally: tallyOf(conversation.messages),
  unread_count: 0,
});

const tallyOf = (messages: readonly Message[]): number => messages.at(-1)?.tally ?? 0;
