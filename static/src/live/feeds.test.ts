import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLiveServer } from '@/testing/fake-live-server';
import { LiveClient } from './client';
import { coalesce } from './coalesce';

const FEED = 'companies';

function world() {
  const server = new FakeLiveServer();
  server.feeds.set(FEED, { count: 1 });
  const client = new LiveClient({
    open: server.connect,
    session: {
      token: async () => 'token',
      lifetime: () => null,
      renew: async () => 'renewed',
      probe: async () => undefined,
      over: () => undefined,
    },
    newId: () => 'id',
    online: () => true,
    visible: () => true,
    schedule: (redraw) => redraw(),
    random: () => 0.5,
  });
  client.start({ id: 'me', name: 'Ana' });
  const heard: unknown[] = [];
  const listener = (who = '') => ({
    start: (snapshot: unknown) => void heard.push([`${who}start`, snapshot]),
    hint: ({ type, data }: { type: string; data: unknown }) => void heard.push([`${who}${type}`, data]),
  });
  const asked = () => server.last.sent.filter(({ topic }) => topic === FEED).map(({ op }) => op);
  return { server, client, heard, listener, asked };
}

const settle = () => vi.advanceTimersByTimeAsync(20);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a feed', () => {
  it('tells where one starts from, and then hints', async () => {
    const { server, client, heard, listener } = world();
    client.follow(FEED, listener());
    await settle();
    server.hint(FEED, 'company.changed', { id: 'a' });
    await settle();
    expect(heard).toEqual([
      ['start', { count: 1 }],
      ['company.changed', { id: 'a' }],
    ]);
  });

  it('starts anew after a reconnect and after a reset, for what was hinted at meanwhile is not told', async () => {
    const { server, client, heard, listener } = world();
    client.follow(FEED, listener());
    await settle();
    server.feeds.set(FEED, { count: 2 });
    server.last.cut();
    server.hint(FEED, 'company.changed');
    await pass(1_000);
    server.feeds.set(FEED, { count: 3 });
    server.hint(FEED, 'reset');
    await settle();
    expect(heard).toEqual([
      ['start', { count: 1 }],
      ['start', { count: 2 }],
      ['start', { count: 3 }],
    ]);
  });

  it('starts anew for a newcomer, who hears of it as long as they listen', async () => {
    const { server, client, heard, listener } = world();
    client.follow(FEED, listener('a '));
    await settle();
    const leave = client.follow(FEED, listener('b '));
    await settle();
    leave();
    server.hint(FEED, 'company.changed');
    await settle();
    expect(heard.map((one) => (one as [string])[0])).toEqual([
      'a start',
      'a start',
      'b start',
      'a company.changed',
    ]);
  });

  it('is left a moment after the last one has gone, and not asked for again', async () => {
    const { server, client, listener, asked } = world();
    await settle();
    client.follow(FEED, listener())();
    const second = client.follow(FEED, listener());
    await pass(1_000);
    expect(asked()).toEqual(['subscribe', 'subscribe']);
    second();
    await pass(1_000);
    expect(asked()).toEqual(['subscribe', 'subscribe', 'unsubscribe']);
    server.last.cut();
    await pass(1_000);
    expect(asked()).toEqual([]);
  });

  it('that was refused for a moment is asked for again, one that is not ours is not', async () => {
    const { server, client, heard, listener, asked } = world();
    await settle();
    server.outcomes.push({ refuse: 'rate_limited', retry_after_ms: 700 });
    client.follow(FEED, listener());
    await pass(500);
    expect(heard).toEqual([]);
    await pass(500);
    expect(heard).toEqual([['start', { count: 1 }]]);

    server.outcomes.push({ refuse: 'not_found' });
    server.hint(FEED, 'reset');
    await pass(60_000);
    expect(asked()).toEqual(['subscribe', 'subscribe', 'subscribe']);
  });
});

describe('hints that come together', () => {
  it('are answered once soon, and once more after a while for those that came too late for it', async () => {
    const run = vi.fn();
    const { call, cancel } = coalesce(run, 250, 2_000);
    for (let count = 0; count < 5; count += 1) call();
    await pass(300);
    expect(run).toHaveBeenCalledTimes(1);
    call();
    call();
    await pass(1_500);
    expect(run).toHaveBeenCalledTimes(1);
    await pass(500);
    expect(run).toHaveBeenCalledTimes(2);
    call();
    cancel();
    await pass(5_000);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
