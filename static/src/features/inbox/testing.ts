/** Conversations for tests. */
import type { Conversation, Message, Summary } from './types';

export const ANA = { id: 'ana', name: 'Ana Souza' };
export const JOANA = { id: 'joana', name: 'Joana Lima', phone: null, email: null };

export const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString();

/** What the customer says, unless told otherwise; `tally` counts on as if it had always been them. */
export const message = (number: number, fields: Partial<Message> = {}): Message => ({
  id: `m${number}`,
  conversation_id: 'c',
  number,
  tally: number,
  sender_type: 'customer',
  sender_user_id: null,
  sender_name: JOANA.name,
  content: `Mensagem ${number}`,
  message_type: 'text',
  attachment: null,
  media_url: null,
  reply_to: null,
  metadata: {},
  whatsapp_message_id: null,
  delivery: 'delivered',
  error: null,
  is_read: false,
  sent_at: at(number),
  created_at: at(number),
  ...fields,
});

export const ours = (number: number, tally: number, fields: Partial<Message> = {}): Message =>
  message(number, {
    tally,
    sender_type: 'attendant',
    sender_user_id: ANA.id,
    sender_name: ANA.name,
    delivery: 'sent',
    ...fields,
  });

export const summary = (fields: Partial<Summary> = {}): Summary => ({
  id: 'c',
  channel_id: 'canal',
  channel: 'webchat',
  channel_name: 'Site',
  contact: JOANA,
  status: 'open',
  assigned_user_id: null,
  assigned_user: null,
  queue_id: null,
  is_bot_active: false,
  needs_human_attention: false,
  snoozed_until: null,
  ended_at: null,
  unread_count: 0,
  last_message: null,
  last_message_at: at(0),
  tags: [],
  priority: 'medium',
  fields: {},
  resolution: null,
  rating: null,
  read_number: 0,
  started_at: at(0),
  ...fields,
});

export const conversation = (messages: Message[] = [], fields: Partial<Conversation> = {}): Conversation => ({
  ...summary(),
  messages,
  has_more: false,
  read_tally: 0,
  discarded: [],
  ...fields,
});
