import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Chat, type SocketLike } from './chat';
import { Failed } from './server';

const TOPIC = 'conversation:c1';

/** One end of a socket, with what was said on it. */
class FakeSocket implements SocketLike {
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  readonly said: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  commands(name: string) {
    return this.said.filter((frame) => frame.name === name);
  }
}

const aMessage = (number: number, fields: object = {}) => ({
  id: `m${number}`,
  number,
  sender_type: 'attendant',
  sender_name: 'Ana',
  content: `${number}`,
  message_type: 'text',
  attachment: null,
  metadata: {},
  delivery: 'sent',
  is_read: false,
  created_at: '2026-11-22T12:00:00Z',
  ...fields,
});

const snapshot = (messages: object[] = []) => ({
  id: 'c1',
  status: 'open',
  rating: null,
  messages,
  has_more: false,
});
const anEvent = (seq: number, type: string, data: object) => ({ topic: TOPIC, seq, type, at: '', data });

function aChat() {
  const sockets: FakeSocket[] = [];
  let id = 0;
  const server = {
    begin: vi.fn(async () => undefined),
    older: vi.fn(),
    socketUrl: (since: { seq: number; epoch: string } | null) =>
      since ? `since=${since.seq}&${since.epoch}` : 'new',
  };
  const chat = new Chat({
    server,
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    newId: () => `id${++id}`,
    random: () => 1,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  const live = async (messages: object[] = [], seq = 1) => {
    await chat.start();
    last().says({ re: 0, ok: true, topic: TOPIC, epoch: 'e', seq, snapshot: snapshot(messages) });
  };
  const contents = () => chat.state.conversation?.messages.map(({ content }) => content);
  return { chat, server, sockets, last, live, contents };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('goes on where it broke off, with back-off', async () => {
  const { chat, server, sockets, last, live, contents } = aChat();
  await live([aMessage(1)], 4);
  last().onclose?.({ code: 1012 });
  expect(chat.state.status).toBe('away');
  await vi.advanceTimersByTimeAsync(499);
  expect(sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(last().url).toBe('since=4&e');
  last().says({
    re: 0,
    ok: true,
    topic: TOPIC,
    epoch: 'e',
    seq: 5,
    events: [anEvent(5, 'message.sent', aMessage(2))],
  });
  expect([chat.state.status, contents()]).toEqual(['live', ['1', '2']]);
  expect(server.begin).toHaveBeenCalledTimes(1);
});

it('sends what was not answered again, under the same id, and shows it once', async () => {
  const { chat, last, live, contents } = aChat();
  await live();
  chat.say('oi');
  const [first] = last().commands('send_message');
  last().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(500);
  const mine = aMessage(1, { sender_type: 'customer', content: 'oi' });
  last().says({ re: 0, ok: true, topic: TOPIC, epoch: 'e', seq: 1, events: [] });
  const [again] = last().commands('send_message');
  expect(again?.command_id).toBe(first?.command_id);
  last().says({ re: again?.id, ok: true, seq: 2, data: mine });
  last().says(anEvent(2, 'message.received', mine));
  expect([contents(), chat.state.pending]).toEqual([['oi'], []]);
});

it('does not send again what had arrived before the connection broke', async () => {
  const { chat, last, live, contents } = aChat();
  await live();
  chat.say('oi');
  last().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(500);
  const mine = aMessage(1, { sender_type: 'customer', content: 'oi' });
  last().says({
    re: 0,
    ok: true,
    topic: TOPIC,
    epoch: 'e',
    seq: 2,
    events: [anEvent(2, 'message.received', mine)],
  });
  expect([contents(), chat.state.pending, last().commands('send_message')]).toEqual([['oi'], [], []]);
});

it('keeps what was refused, to be tried again', async () => {
  const { chat, last, live } = aChat();
  await live();
  chat.say('oi');
  last().says({ re: last().said.at(-1)?.id, ok: false, error: { code: 'rate_limited' } });
  const [refused] = chat.state.pending;
  expect(refused?.failed).toBe('rate_limited');
  chat.again(refused?.commandId ?? '');
  expect(last().commands('send_message')).toHaveLength(2);
});

it('asks again when a number is missing, or when a beat tells of one it has not seen', async () => {
  const { last, live, sockets } = aChat();
  await live([], 4);
  last().says(anEvent(6, 'message.sent', aMessage(2)));
  await vi.advanceTimersByTimeAsync(500);
  expect([sockets.length, last().url]).toEqual([2, 'since=4&e']);
  last().says({ re: 0, ok: true, topic: TOPIC, epoch: 'e', seq: 4, events: [] });
  last().says({ beat: { [TOPIC]: 4 } });
  expect(sockets).toHaveLength(2);
  last().says({ beat: { [TOPIC]: 5 } });
  await vi.advanceTimersByTimeAsync(500);
  expect(sockets).toHaveLength(3);
});

it('finds out that nobody answers any more', async () => {
  const { chat, last, live, sockets } = aChat();
  await live();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(last().said.at(-1)).toMatchObject({ op: 'ping' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([chat.state.status, sockets[0]?.isClosed]).toEqual(['away', true]);
});

it('asks for a session anew when this one is over, and stops where access was taken', async () => {
  const { chat, server, last, live } = aChat();
  await live();
  last().onclose?.({ code: 4401 });
  await vi.advanceTimersByTimeAsync(500);
  expect(server.begin).toHaveBeenCalledTimes(2);
  last().onclose?.({ code: 4403 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([chat.state.status, server.begin.mock.calls.length]).toEqual(['over', 2]);
});

it('gives up where the channel is gone, and not where the server is away', async () => {
  const { chat, server } = aChat();
  server.begin.mockRejectedValueOnce(new Failed(503));
  await chat.start();
  expect(chat.state.status).toBe('away');
  server.begin.mockRejectedValueOnce(new Failed(404));
  await vi.advanceTimersByTimeAsync(500);
  expect(chat.state.status).toBe('over');
});

it('tells who writes until they have said it, or fall silent', async () => {
  const { chat, last, live } = aChat();
  await live();
  const ana = { id: 'ana', name: 'Ana' };
  const types = () => last().says({ topic: TOPIC, signal: 'typing', by: ana, data: {} });
  types();
  expect(chat.state.typing?.name).toBe('Ana');
  last().says(anEvent(2, 'message.sent', aMessage(1)));
  expect(chat.state.typing).toBeNull();
  types();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(chat.state.typing).toBeNull();
});

it('says that it was seen once for each newest message', async () => {
  const { chat, last, live } = aChat();
  await live([aMessage(1)]);
  chat.saw();
  chat.saw();
  expect(
    last()
      .commands('mark_read')
      .map(({ data }) => data),
  ).toEqual([{ message_id: 'm1' }]);
  last().says(anEvent(2, 'message.sent', aMessage(2)));
  chat.saw();
  expect(last().commands('mark_read')).toHaveLength(2);
});

it('ends for good when the page takes it away, whatever is under way', async () => {
  const { chat, server, sockets, last, live } = aChat();
  await live();
  chat.stop();
  expect(last().isClosed).toBe(true);
  last().onclose?.({ code: 1006 });
  chat.wake();
  await vi.advanceTimersByTimeAsync(120_000);
  expect([sockets.length, server.begin.mock.calls.length]).toEqual([1, 1]);

  const late = aChat();
  const begun = late.chat.start();
  late.chat.stop();
  await begun;
  expect(late.sockets).toEqual([]);
});

it('begins with what is written, where nobody had begun it', async () => {
  const { chat, server, sockets } = aChat();
  chat.say('Oi');
  await vi.advanceTimersByTimeAsync(0);
  expect(server.begin).toHaveBeenCalledTimes(1);
  sockets[0]?.says({ re: 0, ok: true, topic: TOPIC, epoch: 'e', seq: 0, snapshot: snapshot() });
  expect(sockets[0]?.commands('send_message').map(({ data }) => data)).toEqual([{ content: 'Oi' }]);
});
