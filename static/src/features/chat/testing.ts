/** Rooms for tests. */
import type { Message, Participant, Room } from './types';

export const ANA = { id: 'ana', name: 'Ana Souza' };
export const VERA = { id: 'vera', name: 'Vera Lima' };

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString();

export const participant = ({ id, name }: typeof ANA, fields: Partial<Participant> = {}): Participant => ({
  user_id: id,
  name,
  joined_at: at(0),
  read_number: 0,
  read_tally: 0,
  last_read_message_id: null,
  last_read_at: null,
  ...fields,
});

export const message = (number: number, fields: Partial<Message> = {}): Message => ({
  id: `m${number}`,
  room_id: 'r',
  number,
  tally: number,
  sender: VERA,
  content: `Mensagem ${number}`,
  message_type: 'text',
  attachment: null,
  reply_to: null,
  mentions: [],
  reactions: [],
  notice: null,
  created_at: at(number),
  edited_at: null,
  deleted_at: null,
  ...fields,
});

export const messages = (first: number, last: number): Message[] =>
  Array.from({ length: last - first + 1 }, (_, index) => message(first + index));

export const room = (fields: Partial<Room> = {}): Room => ({
  id: 'r',
  type: 'group',
  name: 'Loja',
  created_by: 'ana',
  created_at: at(0),
  updated_at: at(0),
  unread_count: 0,
  participants: [participant(ANA), participant(VERA)],
  messages: [],
  has_more: false,
  ...fields,
});
