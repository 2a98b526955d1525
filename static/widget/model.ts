/** A visitor's conversation as the widget holds it: what the server said, and what was written and is not confirmed yet. */
import type { EventFrame } from '@/live/frames';

export interface Attachment {
  id: string;
  filename: string;
  content_type: string;
  size: number;
  thumbnail_url: string | null;
}

export interface Option {
  key: string;
  label: string;
}

export interface Message {
  id: string;
  number: number;
  sender_type: 'customer' | 'bot' | 'attendant' | 'system';
  sender_name: string;
  content: string;
  message_type: string;
  attachment: Attachment | null;
  metadata: { options?: Option[]; notice?: string };
  delivery: string;
  is_read: boolean;
  created_at: string;
}

export interface Rating {
  score: number;
  comment: string | null;
}

export interface Conversation {
  id: string;
  status: 'open' | 'waiting' | 'snoozed' | 'closed';
  rating: Rating | null;
  messages: Message[];
  has_more: boolean;
}

/** Written here, and kept until the server has it. */
export interface Pending {
  commandId: string;
  content: string;
  attachment: Attachment | null;
  failed: string | null;
}

/** Longer than those who write say so again. */
export const TYPING_LASTS_MS = 12_000;

export function reduce(conversation: Conversation, event: EventFrame): Conversation {
  switch (event.type) {
    case 'message.received':
    case 'message.sent':
      return withMessage(conversation, event.data as Message);
    case 'message.status':
      return withStatus(conversation, event.data as StatusData);
    case 'conversation.closed':
    case 'conversation.reopened': {
      const { status } = event.data as Pick<Conversation, 'status'>;
      // A conversation that goes on is rated anew when it ends.
      return { ...conversation, status, rating: status === 'closed' ? conversation.rating : null };
    }
    default:
      // What is the company's own arrives as `hidden`, and newer servers may tell more.
      return conversation;
  }
}

/** In its place: one's own may be known by the answer to it before what was said earlier. */
export function withMessage(conversation: Conversation, message: Message): Conversation {
  if (conversation.messages.some(({ id }) => id === message.id)) return conversation;
  const messages = [...conversation.messages, message].sort((one, other) => one.number - other.number);
  return { ...conversation, messages };
}

interface StatusData {
  message_id: string;
  number: number;
  of_customer: boolean;
  delivery: string;
}

/** Who reads a message has read those before it. */
function withStatus(conversation: Conversation, status: StatusData): Conversation {
  const isMeant = (message: Message) =>
    (message.sender_type === 'customer') === status.of_customer &&
    (message.id === status.message_id || (status.delivery === 'read' && message.number <= status.number));
  const messages = conversation.messages.map((message) =>
    isMeant(message)
      ? { ...message, delivery: status.delivery, is_read: message.is_read || status.delivery === 'read' }
      : message,
  );
  return { ...conversation, messages };
}

export function withOlder(conversation: Conversation, items: Message[], hasMore: boolean): Conversation {
  const known = new Set(conversation.messages.map(({ id }) => id));
  const older = items.filter(({ id }) => !known.has(id));
  return { ...conversation, messages: [...older, ...conversation.messages], has_more: hasMore };
}

/** Without the first of those that this message is: it has arrived. */
export function withoutEcho(pending: Pending[], message: Message): Pending[] {
  if (message.sender_type !== 'customer') return pending;
  const at = pending.findIndex(
    ({ content, attachment }) =>
      content === message.content && (attachment?.id ?? null) === (message.attachment?.id ?? null),
  );
  return at < 0 ? pending : pending.filter((_, index) => index !== at);
}

export const isTheirs = ({ sender_type }: Message): boolean => sender_type !== 'customer';

/** How much was said to the visitor that they have not seen. */
export const unseen = ({ messages }: Conversation): number =>
  messages.filter((message) => isTheirs(message) && message.sender_type !== 'system' && !message.is_read)
    .length;

/** What can be chosen now: the options of a question that nothing was said to since. */
export function openOptions({ messages, status }: Conversation, pending: readonly Pending[]): Option[] {
  const last = messages.findLast(({ sender_type }) => sender_type !== 'system');
  if (!last || !isTheirs(last) || status === 'closed' || pending.length > 0) return [];
  return last.metadata.options ?? [];
}
