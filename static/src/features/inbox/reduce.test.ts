import { describe, expect, it } from 'vitest';
import { follows, read, reduce, type Status } from './reduce';
import { ANA, at, conversation, message, ours, summary } from './testing';
import type { Conversation, Delivery } from './types';

const happens = (before: Conversation, type: string, data: unknown) =>
  reduce(before, { type, data, seq: 7, at: at(30) });
const status = (fields: Partial<Status>): Status => ({
  message_id: 'm1',
  number: 1,
  of_customer: false,
  delivery: 'read',
  error: null,
  ...fields,
});

describe('a conversation', () => {
  it('counts what the customer says as unread until somebody reads it, whatever else is said between', () => {
    const opened = read({
      ...summary({ unread_count: 1, last_message: message(2) }),
      messages: [message(1), message(2)],
      has_more: false,
    });
    const answered = happens(opened, 'message.sent', ours(3, 2));
    expect(answered.unread_count).toBe(1);
    const asked = happens(answered, 'message.received', message(4, { tally: 3 }));
    expect(asked.unread_count).toBe(2);
    // The summary of an update tells of its own moment, with or without the message that came with it.
    const told = happens(asked, 'conversation.updated', summary({ last_message: message(4, { tally: 3 }) }));
    expect(told.unread_count).toBe(0);
    expect(happens(told, 'message.received', message(5, { tally: 4 })).unread_count).toBe(1);
  });

  it('has a last message that is never a note', () => {
    const noted = happens(conversation([message(1)], { last_message: message(1) }), 'note.added', {
      ...ours(2, 1),
      message_type: 'note',
    });
    expect(noted.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(noted.last_message?.id).toBe('m1');
  });

  it('goes from hand to hand and ends', () => {
    const standing = {
      status: 'open',
      assigned_user_id: ANA.id,
      assigned_user: ANA,
      queue_id: null,
      is_bot_active: false,
      needs_human_attention: false,
      snoozed_until: null,
      ended_at: null,
    };
    const taken = happens(conversation([], { is_bot_active: true }), 'conversation.assigned', {
      id: 'c',
      ...standing,
      transfer: { id: 't' },
    });
    expect(taken).toMatchObject({ assigned_user: ANA, is_bot_active: false });
    expect(taken).not.toHaveProperty('transfer');
    const over = happens(taken, 'conversation.closed', {
      id: 'c',
      ...standing,
      status: 'closed',
      ended_at: at(9),
    });
    expect([over.status, over.ended_at]).toEqual(['closed', at(9)]);
  });

  it('shows which answer of the bot nobody was given, after what had been said until then', () => {
    const discarded = happens(conversation([message(1), ours(2, 1)]), 'bot.answer_discarded', {
      call: 3,
      content: 'Custa 40',
    });
    expect(discarded.discarded).toEqual([{ key: 'discarded:7', after: 2, at: at(30), content: 'Custa 40' }]);
  });

  it('asks for a snapshot rather than guess at what a newer server tells', () => {
    expect(() => happens(conversation(), 'conversation.sung', {})).toThrow();
    expect(happens(conversation(), 'hidden', null)).toEqual(conversation());
  });
});

describe('how far a message has come', () => {
  it('is told of the one meant, or, when it is read, of all of that side before it', () => {
    const before = conversation([
      message(1),
      ours(2, 1),
      ours(3, 1, { delivery: 'queued' }),
      ours(4, 1, { message_type: 'note' }),
      ours(5, 1),
    ]);
    const seen = happens(before, 'message.status', status({ message_id: 'm3', number: 3 }));
    expect(seen.messages.map(({ delivery }) => delivery)).toEqual([
      'delivered',
      'read',
      'read',
      'sent',
      'sent',
    ]);
    const failed = happens(
      before,
      'message.status',
      status({ message_id: 'm5', number: 5, delivery: 'failed', error: 'Número inválido' }),
    );
    expect(failed.messages.at(-1)).toMatchObject({ delivery: 'failed', error: 'Número inválido' });
    expect(failed.messages[1]?.delivery).toBe('sent');
  });

  it('never goes back, and what has arrived no longer fails', () => {
    const order: Delivery[] = ['queued', 'sent', 'delivered', 'read'];
    for (const [place, delivery] of order.entries()) {
      for (const [other, before] of order.entries()) {
        expect([delivery, before, follows(delivery, before)]).toEqual([delivery, before, place > other]);
      }
      expect(follows(delivery, 'failed')).toBe(false);
      expect(follows('failed', delivery)).toBe(place < 2);
    }
  });
});
