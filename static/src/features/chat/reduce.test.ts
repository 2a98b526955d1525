import { describe, expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import type { PendingCommand } from '@/live/topic';
import { roomEntity } from './entity';
import { reduce, unreadOf } from './reduce';
import { ANA, message, messages, participant, room, VERA } from './testing';
import { isUnsaved } from './types';

const sent = (number: number, fields = {}) => ({ type: 'message.sent', data: message(number, fields) });
const reacted = (emoji: string, user_id: string, active = true) => ({
  type: 'message.reacted',
  data: { message_id: 'm1', user_id, emoji, active },
});

describe('what happens in a room', () => {
  it('counts what the others have not read, and nothing for its author', () => {
    const after = [sent(1), sent(2)].reduce(reduce, room());
    expect(unreadOf(after, 'ana')).toBe(2);
    expect(unreadOf(after, 'vera')).toBe(0);
    const read = { user_id: 'ana', message_id: 'm1', number: 1, tally: 1, read_at: '2026-11-22T13:00:00Z' };
    expect(unreadOf(reduce(after, { type: 'message.read', data: read }), 'ana')).toBe(1);
  });

  it('does not take what the server tells for something its author has read', () => {
    const notice = { message_type: 'system', tally: 1, sender: ANA };
    const after = [sent(1), sent(2, notice)].reduce(reduce, room());
    expect(unreadOf(after, 'ana')).toBe(1);
  });

  it('leaves nothing of a deleted message but its trace', () => {
    const before = room({ messages: [message(1, { mentions: ['ana'] })] });
    const deleted = { message_id: 'm1', deleted_at: '2026-11-22T13:00:00Z' };
    const [trace] = reduce(before, { type: 'message.deleted', data: deleted }).messages;
    expect(trace).toMatchObject({ content: null, mentions: [], deleted_at: deleted.deleted_at, number: 1 });
  });

  it('keeps reactions in one order, each person once, and none without anybody', () => {
    const start = room({ messages: [message(1)] });
    const events = [reacted('🙏', 'vera'), reacted('❤️', 'vera'), reacted('❤️', 'ana'), reacted('❤️', 'ana')];
    const full = events.reduce(reduce, start);
    expect(full.messages[0]?.reactions).toEqual([
      { emoji: '❤️', user_ids: ['ana', 'vera'] },
      { emoji: '🙏', user_ids: ['vera'] },
    ]);
    const less = reduce(full, reacted('🙏', 'vera', false));
    expect(less.messages[0]?.reactions.map(({ emoji }) => emoji)).toEqual(['❤️']);
  });

  it('orders people by when they came', () => {
    const late = participant({ id: 'aa', name: 'Aa' }, { joined_at: '2026-11-22T14:00:00.000Z' });
    const added = reduce(room(), { type: 'participant.added', data: late });
    expect(added.participants.map(({ user_id }) => user_id)).toEqual(['ana', 'vera', 'aa']);
    const renamed = reduce(added, {
      type: 'participant.renamed',
      data: { user_id: 'ana', name: 'Ana Prado' },
    });
    expect(renamed.participants.map(({ name }) => name)).toContain('Ana Prado');
    const removed = reduce(added, { type: 'participant.removed', data: { user_id: 'ana' } });
    expect(removed.participants.map(({ user_id }) => user_id)).toEqual(['vera', 'aa']);
  });

  it('asks for a snapshot rather than pass over an event that it does not know', () => {
    expect(() => reduce(room(), { type: 'room.painted', data: {} })).toThrow();
  });

  it('passes over changes of messages that are not here', () => {
    const before = room({ messages: messages(5, 6) });
    expect(reduce(before, reacted('🙏', 'ana'))).toBe(before);
  });
});

describe('one’s own commands', () => {
  const command = (name: string, data: Record<string, unknown>): PendingCommand => ({
    id: 'c1',
    name,
    data,
    by: ANA,
    answeredSeq: null,
  });
  const event = (type: string, data: unknown, by = ANA): EventFrame => ({
    topic: 'room:r',
    seq: 1,
    type,
    at: '2026-11-22T13:00:00Z',
    by,
    data,
  });

  it('show a message at its end before the server has answered', () => {
    const before = room({ messages: messages(1, 2) });
    const after = roomEntity.predict(before, command('send_message', { content: 'Oi', reply_to: 'm1' }));
    const last = after.messages.at(-1);
    expect(last).toMatchObject({ content: 'Oi', reply_to: 'm1', number: 3, sender: ANA });
    expect(last && isUnsaved(last)).toBe(true);
    expect(unreadOf(after, 'ana')).toBe(0);
  });

  it('are known again in what the server tells, and only there', () => {
    const waiting = command('send_message', { content: 'Oi' });
    const told = message(1, { content: 'Oi', sender: ANA });
    expect(roomEntity.echoes(event('message.sent', told), waiting)).toBe(true);
    expect(roomEntity.echoes(event('message.sent', { ...told, reply_to: 'm0' }), waiting)).toBe(false);
    expect(roomEntity.echoes(event('message.sent', told, VERA), waiting)).toBe(false);
    expect(roomEntity.echoes(event('message.edited', told), waiting)).toBe(false);
  });
});
