import { expect, it } from 'vitest';
import type { EventFrame } from '@/live/frames';
import { configOf, inkOn, luminance, wishesOf } from './config';
import { type Conversation, type Message, openOptions, reduce, unseen, withoutEcho } from './model';
import { speaker } from './texts';

function aMessage(number: number, fields: Partial<Message> = {}): Message {
  return {
    id: `m${number}`,
    number,
    sender_type: 'bot',
    sender_name: 'Assistente',
    content: `${number}`,
    message_type: 'text',
    attachment: null,
    metadata: {},
    delivery: 'sent',
    is_read: false,
    created_at: '2026-11-22T12:00:00Z',
    ...fields,
  };
}

const aConversation = (messages: Message[], fields: Partial<Conversation> = {}): Conversation => ({
  id: 'c1',
  status: 'open',
  rating: null,
  messages,
  has_more: false,
  ...fields,
});

const anEvent = (type: string, data: unknown): EventFrame => ({
  topic: 'conversation:c1',
  seq: 9,
  type,
  at: '2026-11-22T12:00:00Z',
  data,
});

it('takes a message once, in its place, and what is hidden not at all', () => {
  const before = aConversation([aMessage(1), aMessage(3)]);
  const after = reduce(before, anEvent('message.sent', aMessage(2)));
  expect(after.messages.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(reduce(after, anEvent('message.sent', aMessage(2)))).toBe(after);
  expect(reduce(after, anEvent('hidden', undefined))).toBe(after);
});

it('reads up to a message on the side that it is about, and on no other', () => {
  const mine = { sender_type: 'customer' as const };
  const before = aConversation([aMessage(1, mine), aMessage(2), aMessage(3, mine), aMessage(4, mine)]);
  const status = { message_id: 'm3', number: 3, of_customer: true, delivery: 'read' };
  const after = reduce(before, anEvent('message.status', status));
  expect(after.messages.map(({ is_read }) => is_read)).toEqual([true, false, true, false]);
  expect(unseen(after)).toBe(1);
});

it('asks for a rating of what ended, and again when it went on and ended again', () => {
  const rated = aConversation([], { rating: { score: 5, comment: null } });
  expect(reduce(rated, anEvent('conversation.closed', { status: 'closed' })).rating).not.toBeNull();
  const again = reduce(rated, anEvent('conversation.reopened', { status: 'waiting' }));
  expect([again.status, again.rating]).toEqual(['waiting', null]);
});

it('offers the options of the last question until something is said to it', () => {
  const options = [{ key: '1', label: 'Comprar' }];
  const asked = aMessage(1, { metadata: { options } });
  expect(openOptions(aConversation([asked]), [])).toEqual(options);
  const said = { commandId: 'a', content: '1', attachment: null, failed: null };
  expect(openOptions(aConversation([asked]), [said])).toEqual([]);
  expect(openOptions(aConversation([asked, aMessage(2, { sender_type: 'customer' })]), [])).toEqual([]);
  expect(openOptions(aConversation([asked], { status: 'closed' }), [])).toEqual([]);
});

it('takes one of two equal messages for the one that has arrived', () => {
  const pending = ['a', 'b'].map((commandId) => ({
    commandId,
    content: 'oi',
    attachment: null,
    failed: null,
  }));
  const arrived = aMessage(1, { sender_type: 'customer', content: 'oi' });
  expect(withoutEcho(pending, arrived).map(({ commandId }) => commandId)).toEqual(['b']);
  expect(withoutEcho(pending, aMessage(2, { content: 'oi' }))).toBe(pending);
});

it('looks as the page says, else as the channel says, and lets nothing but a colour be one', () => {
  const channel = { color: '#ffcc00', title: 'Loja', language: 'en-US', position: 'left' };
  const config = configOf([{ color: 'red;}', title: 'Ajuda' }, channel], 'pt-BR');
  expect(config).toMatchObject({ color: '#ffcc00', title: 'Ajuda', language: 'en', position: 'left' });
  expect(configOf([{ color: '#abc' }], 'fr').color).toBe('#aabbcc');
});

it('takes what an empty attribute says for wanting it as it is by itself', () => {
  const channel = {
    greeting: 'Oi',
    title: 'Loja',
    language: 'en',
    offline_text: 'Voltamos já.',
    offline: 'chat',
  };
  const tag = wishesOf({ greeting: '', language: '', offlineText: '', offline: 'form', channel: 'k' });
  expect(configOf([tag, channel], 'pt-BR')).toMatchObject({
    greeting: '',
    title: 'Loja',
    language: 'pt-BR',
    offlineText: '',
    offline: 'form',
    preview: null,
  });
  expect(configOf([wishesOf({ offlineText: 'Até segunda.' }), channel], 'pt').offlineText).toBe(
    'Até segunda.',
  );
  expect(configOf([{}, channel], 'pt').offlineText).toBe('Voltamos já.');
});

it('writes on any colour so that it can be read', () => {
  for (let value = 0; value < 0xffffff; value += 0x010305) {
    const hex = `#${value.toString(16).padStart(6, '0')}`;
    const [dark, light] = [luminance(hex), luminance(inkOn(hex))].sort((one, other) => one - other);
    const contrast = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    if (contrast < 4.5) expect([hex, contrast]).toEqual([hex, 'at least 4.5']);
  }
});

it('puts a name into a text as it is, whatever it holds', () => {
  expect(speaker('pt-BR')('typing', { name: '$& <b>Ana</b>' })).toBe('$& <b>Ana</b> está escrevendo…');
});
