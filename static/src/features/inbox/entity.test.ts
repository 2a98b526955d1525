import { expect, it } from 'vitest';
import type { PendingCommand } from '@/live/topic';
import { conversationEntity } from './entity';
import { ANA, conversation, message, ours } from './testing';

const command = (name: string, data: Record<string, unknown>): PendingCommand => ({
  id: 'k',
  name,
  data,
  by: ANA,
  answeredSeq: null,
});
const { predict, echoes } = conversationEntity;

it('shows what one says at once, as on its way, and everything before it as read', () => {
  const view = predict(
    conversation([message(1)], { unread_count: 1 }),
    command('send_message', { content: 'Oi' }),
  );
  expect(view.messages.at(-1)).toMatchObject({
    id: 'unsaved:k',
    number: 2,
    content: 'Oi',
    delivery: 'queued',
    sender_user_id: ANA.id,
  });
  expect(view.unread_count).toBe(0);
});

it('does not foresee whose the conversation becomes: another may be faster', () => {
  const before = conversation([], { is_bot_active: true });
  for (const name of ['takeover', 'transfer', 'close', 'reopen', 'snooze']) {
    expect(predict(before, command(name, {}))).toBe(before);
  }
});

it('knows its own words in what the server tells, and no others', () => {
  const told = (data: object, type = 'message.sent', by = ANA) => ({
    topic: 'conversation:c',
    seq: 3,
    type,
    at: '2026-11-22T12:00:00Z',
    by,
    data,
  });
  const said = command('send_message', { content: 'Oi', reply_to: 'm1' });
  expect(echoes(told(ours(2, 1, { content: 'Oi', reply_to: 'm1' })), said)).toBe(true);
  expect(echoes(told(ours(2, 1, { content: 'Oi' })), said)).toBe(false);
  expect(echoes(told(ours(2, 1, { content: 'Oi', reply_to: 'm1', sender_type: 'system' })), said)).toBe(
    false,
  );
  expect(
    echoes(
      told(ours(2, 1, { content: 'Oi', reply_to: 'm1' }), 'message.sent', { id: 'bia', name: 'Bia' }),
      said,
    ),
  ).toBe(false);
  expect(
    echoes(told(ours(2, 1, { content: 'Fiel' }), 'note.added'), command('add_note', { content: 'Fiel' })),
  ).toBe(true);
});
