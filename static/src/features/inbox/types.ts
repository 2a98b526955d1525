import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';

export type { Attachment } from '@/api/types';

type Schemas = components['schemas'];
export type Summary = Whole<Schemas['ConversationSummary']>;
export type Standing = Whole<Schemas['ConversationStanding']>;
export type Snapshot = Whole<Schemas['Conversation']>;
export type Message = Whole<Schemas['ConversationMessage']>;
export type Delivery = Schemas['Delivery'];
export type Stats = Whole<Schemas['ConversationStats']>;
export type Transfer = Whole<Schemas['ConversationTransfer']>;
export type Contact = Whole<Schemas['Contact']>;
export type Channel = Schemas['ChannelKind'];

/** What the bot would have said, had nobody taken over before its answer came. */
export interface Discarded {
  key: string;
  /** The message after which it came. */
  after: number;
  at: string;
  content: string | null;
}

export type Conversation = Snapshot & {
  /** How many of the customer's messages have been read: what is unread is the difference. */
  read_tally: number;
  /** As heard while one looked: the history does not tell of them. */
  discarded: Discarded[];
};

/** What is shown before the server has answered has an id that begins so. */
export const UNSAVED = 'unsaved:';
export const isUnsaved = (message: Message): boolean => message.id.startsWith(UNSAVED);
export const isNote = (message: Message): boolean => message.message_type === 'note';
