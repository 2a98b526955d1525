/** The rows of a conversation: days, who speaks when, and where the unread begins. Pure. */
import { dayOf } from '@/ui/talk/day-of';
import type { Message } from './types';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean };

/** Who goes on within this time speaks on, without a new heading. */
const ONE_BREATH_MS = 5 * 60_000;

export function rowsOf(messages: readonly Message[], unreadAfter: number | null, me: string): Row[] {
  const rows: Row[] = [];
  let before: Message | null = null;
  let isMarked = false;
  for (const message of messages) {
    const newDay: boolean = !before || dayOf(before.created_at) !== dayOf(message.created_at);
    if (newDay) rows.push({ kind: 'day', key: `day:${dayOf(message.created_at)}`, at: message.created_at });
    const isUnread = unreadAfter !== null && message.number > unreadAfter && message.sender.id !== me;
    const marks = isUnread && !isMarked && message.message_type !== 'system';
    if (marks) {
      rows.push({ kind: 'unread', key: 'unread' });
      isMarked = true;
    }
    const isFirst = newDay || marks || !before || !goesOn(before, message);
    rows.push({ kind: 'message', key: message.id, message, isFirst });
    before = message;
  }
  return rows;
}

function goesOn(before: Message, message: Message): boolean {
  return (
    before.sender.id === message.sender.id &&
    before.message_type !== 'system' &&
    message.message_type !== 'system' &&
    message.reply_to === null &&
    Date.parse(message.created_at) - Date.parse(before.created_at) < ONE_BREATH_MS
  );
}
