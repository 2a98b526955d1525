/** The rows of a conversation: days, who speaks when, and where the unread begins. Pure. */
import { dayOf } from '@/ui/talk/day-of';
import { type Discarded, isNote, type Message } from './types';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'discarded'; key: string; discarded: Discarded }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean };

/** Who goes on within this time speaks on, without a new heading. */
const ONE_BREATH_MS = 5 * 60_000;

/** `unreadAfter`: the number up to which had been read when one came; null: nothing was unread. */
export function rowsOf(
  messages: readonly Message[],
  discarded: readonly Discarded[],
  unreadAfter: number | null,
): Row[] {
  const rows: Row[] = [];
  let before: Message | null = null;
  let isMarked = false;
  for (const message of messages) {
    const newDay: boolean = !before || dayOf(before.created_at) !== dayOf(message.created_at);
    if (newDay) rows.push({ kind: 'day', key: `day:${dayOf(message.created_at)}`, at: message.created_at });
    const isUnread = unreadAfter !== null && message.number > unreadAfter;
    const marks = isUnread && !isMarked && message.sender_type === 'customer';
    if (marks) {
      rows.push({ kind: 'unread', key: 'unread' });
      isMarked = true;
    }
    const isFirst = newDay || marks || !before || !goesOn(before, message);
    rows.push({ kind: 'message', key: message.id, message, isFirst });
    for (const answer of discarded) {
      if (answer.after === message.number)
        rows.push({ kind: 'discarded', key: answer.key, discarded: answer });
    }
    before = message;
  }
  return rows;
}

function goesOn(before: Message, message: Message): boolean {
  return (
    before.sender_type === message.sender_type &&
    before.sender_user_id === message.sender_user_id &&
    isNote(before) === isNote(message) &&
    message.sender_type !== 'system' &&
    message.reply_to === null &&
    Date.parse(message.created_at) - Date.parse(before.created_at) < ONE_BREATH_MS
  );
}
