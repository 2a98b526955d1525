import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counterEntity } from '@/testing/counter';
import { type Counter, FakeLiveServer } from '@/testing/fake-live-server';
import { seeded } from '@/testing/random';
import { LiveClient, type LiveSession } from './client';
import type { Topic } from './topic';

const ME = { id: 'me', name: 'Ana' };
const TOPIC = 'counter:1';

class FakeSession implements LiveSession {
  access: string | null = 'token-1';
  renewals = 0;
  probes = 0;
  ended = 0;
  outcome: 'renewed' | 'over' | 'unreachable' = 'renewed';
  left: number | null = null;

  token = async () => this.access;
  lifetime = () => this.left;
  renew = async () => {
    this.renewals += 1;
    if (this.outcome === 'renewed') this.access = `token-${this.renewals + 1}`;
    return this.outcome;
  };
  probe = async () => {
    this.probes += 1;
  };
  over = () => {
    this.ended += 1;
  };
}

interface World {
  server: FakeLiveServer;
  session: FakeSession;
  client: LiveClient;
  topic: Topic<Counter>;
  shown(): string[] | undefined;
}

let online = true;
let visible = true;

function world(random: () => number = () => 0.5): World {
  const server = new FakeLiveServer(TOPIC);
  const session = new FakeSession();
  let ids = 0;
  const client = new LiveClient({
    open: server.connect,
    session,
    newId: () => `command-${++ids}`,
    online: () => online,
    visible: () => visible,
    schedule: (redraw) => redraw(),
    random,
  });
  client.start(ME);
  const topic = client.topic(TOPIC, counterEntity);
  client.hold(TOPIC);
  return { server, session, client, topic, shown: () => topic.getView().state?.marks };
}

/** Lets everything that is due within a moment happen: connecting, answers, events. */
const settle = () => vi.advanceTimersByTimeAsync(20);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  online = true;
  visible = true;
});
afterEach(() => vi.useRealTimers());

describe('subscribing', () => {
  it('shows the snapshot and then follows events', async () => {
    const { server, client, shown } = world();
    server.change('a');
    await settle();
    expect(client.getState().status).toBe('live');
    expect(shown()).toEqual(['a']);
    server.change('b');
    await settle();
    expect(shown()).toEqual(['a', 'b']);
  });

  it('resumes with since and epoch after a cut, without a new snapshot', async () => {
    const { server, shown } = world();
    await settle();
    server.change('a');
    await settle();
    server.last.cut();
    server.change('missed');
    await pass(1_000);
    expect(server.sockets).toHaveLength(2);
    const subscribe = server.last.sent.find((frame) => frame.op === 'subscribe');
    expect(subscribe).toMatchObject({ topic: TOPIC, since: 1, epoch: 'e1' });
    expect(shown()).toEqual(['a', 'missed']);
  });

  it('takes a snapshot when the history has another epoch, and drops what it held', async () => {
    const { server, shown } = world();
    server.change('a');
    server.change('b');
    await settle();
    server.restore(1);
    server.last.cut(1012);
    await pass(1_000);
    expect(shown()).toEqual(['a']);
    server.change('c');
    await settle();
    expect(shown()).toEqual(['a', 'c']);
  });

  it('asks again when an event shows a gap', async () => {
    const { server, shown } = world();
    await settle();
    server.swallow.add('events');
    server.change('lost');
    server.swallow.clear();
    server.change('seen');
    await settle();
    expect(server.last.sent.filter((frame) => frame.op === 'subscribe')).toHaveLength(2);
    expect(shown()).toEqual(['lost', 'seen']);
  });

  it('finds a silent gap by the beat', async () => {
    const { server, shown } = world();
    await settle();
    server.swallow.add('events');
    server.change('lost');
    server.swallow.clear();
    await settle();
    expect(shown()).toEqual([]);
    server.beat();
    await settle();
    expect(shown()).toEqual(['lost']);
  });

  it('ignores an event it already has', async () => {
    const { server, shown } = world();
    await settle();
    server.change('a');
    await settle();
    server.last.deliver(server.log[0] ?? {});
    expect(shown()).toEqual(['a']);
  });

  it('tells when the server withdraws the topic', async () => {
    const { server, topic } = world();
    await settle();
    server.last.deliver({ topic: TOPIC, unsubscribed: { code: 'access_withdrawn' } });
    expect(topic.getView().lost).toBe('access_withdrawn');
  });

  it('leaves a topic that nobody looks at any more, and goes on from there for who comes back', async () => {
    const { server, client, shown } = world();
    const release = client.hold('counter:2');
    const second = client.topic('counter:2', counterEntity);
    await settle();
    release();
    await pass(1_000);
    const ops = () => server.last.sent.filter(({ topic }) => topic === 'counter:2').map(({ op }) => op);
    expect(ops()).toEqual(['subscribe', 'unsubscribe']);

    client.topic('counter:2', counterEntity);
    client.hold('counter:2');
    await settle();
    expect(ops()).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
    expect(server.last.sent.at(-1)).toMatchObject({ since: second.seq, epoch: server.epoch });
    expect(shown()).toEqual([]);
  });

  it('does not come back to a topic that it has left', async () => {
    const { server, client } = world();
    client.topic('counter:2', counterEntity);
    client.hold('counter:2')();
    await pass(1_000);
    server.last.cut();
    await pass(2_000);
    expect(server.sockets).toHaveLength(2);
    expect(server.last.sent.map(({ topic }) => topic)).not.toContain('counter:2');
  });
});

describe('who else is there', () => {
  const vera = { id: 'vera', name: 'Vera' };
  const signals = (server: FakeLiveServer) => server.last.sent.filter(({ op }) => op === 'signal');
  const doings = (topic: Topic<Counter>) =>
    topic.getPresent().map(({ user, doing, on }) => [user.id, doing, on]);

  it('is told on arrival, and then as it changes', async () => {
    const { server, topic } = world();
    server.present = [{ user: vera, since: '2026-11-22T11:00:00Z', doing: 'viewing', on: {} }];
    await settle();
    expect(doings(topic)).toEqual([['vera', 'viewing', {}]]);

    const told = vi.fn();
    topic.subscribePresent(told);
    server.tell(vera, 'dragging', { lead_id: 'a' });
    server.tell({ id: 'bia', name: 'Bia' }, 'viewing');
    await settle();
    expect(doings(topic)).toEqual([
      ['vera', 'dragging', { lead_id: 'a' }],
      ['bia', 'viewing', {}],
    ]);
    expect(topic.getPresent()[0]?.since).toBe('2026-11-22T11:00:00Z');
    server.tell(vera, null);
    await settle();
    expect(doings(topic)).toEqual([['bia', 'viewing', {}]]);
    expect(told).toHaveBeenCalledTimes(3);
  });

  it('is not known without a connection', async () => {
    const { server, topic } = world();
    server.present = [{ user: vera, since: '2026-11-22T11:00:00Z', doing: 'viewing', on: {} }];
    await settle();
    server.last.cut();
    expect(topic.getPresent()).toEqual([]);
  });

  it('hears what one does once, again while it lasts, and anew after a reconnect', async () => {
    const { server, client } = world();
    client.say(TOPIC, { name: 'viewing', data: {} });
    expect(server.sockets).toHaveLength(0);
    await settle();
    client.say(TOPIC, { name: 'viewing', data: {} });
    expect(signals(server).map(({ name }) => name)).toEqual(['viewing']);
    await pass(25_000);
    expect(signals(server)).toHaveLength(1);

    client.say(TOPIC, { name: 'dragging', data: { lead_id: 'a' } });
    await pass(20_000);
    expect(signals(server).map(({ name }) => name)).toEqual(['viewing', 'dragging', 'dragging', 'dragging']);
    server.last.cut();
    await pass(2_000);
    expect(signals(server)).toMatchObject([{ name: 'dragging', data: { lead_id: 'a' } }]);
  });

  it('does not see who looks away, but does again on their return', async () => {
    const { server, client } = world();
    client.say(TOPIC, { name: 'viewing', data: {} });
    await settle();
    visible = false;
    const before = server.last.sent.length;
    for (let beat = 0; beat < 4; beat += 1) {
      await pass(25_000);
      server.beat();
    }
    expect(server.last.sent).toHaveLength(before);
    visible = true;
    client.wake('by-browser');
    expect(signals(server).map(({ name }) => name)).toEqual(['viewing', 'viewing']);
  });

  it('notices also while nobody looks that the connection has died', async () => {
    const { server } = world();
    await settle();
    visible = false;
    server.swallow.add('pongs');
    await pass(95_000);
    expect(server.sockets.length).toBeGreaterThan(1);
  });
});

describe('commands', () => {
  it('shows a change at once and keeps it through its event and answer', async () => {
    const { client, topic, shown } = world();
    await settle();
    const sent = client.command(TOPIC, 'mark', { mark: 'mine' });
    expect(shown()).toEqual(['mine']);
    expect(topic.serverState()?.marks).toEqual([]);
    await settle();
    await expect(sent).resolves.toMatchObject({ seq: 1 });
    expect(shown()).toEqual(['mine']);
    expect(topic.hasPending()).toBe(false);
  });

  it('never shows a change twice, whichever of event and answer comes first', async () => {
    const { client, topic, shown } = world();
    await settle();
    const views: string[][] = [];
    topic.subscribe(() => views.push(shown() ?? []));
    void client.command(TOPIC, 'mark', { mark: 'mine' });
    await settle();
    expect(views.every((marks) => marks.filter((mark) => mark === 'mine').length === 1)).toBe(true);
  });

  it('takes a refused change back and leaves what others did', async () => {
    const { server, client, shown } = world();
    await settle();
    server.outcomes.push({ refuse: 'forbidden' });
    const sent = client.command(TOPIC, 'mark', { mark: 'mine' });
    server.change('theirs');
    const refused = expect(sent).rejects.toMatchObject({ code: 'forbidden' });
    await settle();
    await refused;
    expect(shown()).toEqual(['theirs']);
    expect(client.getState().waiting).toBe(0);
  });

  it('sends an unanswered command again under the same id, and it counts once', async () => {
    const { server, client, shown } = world();
    await settle();
    server.outcomes.push('lose-answer');
    const sent = client.command(TOPIC, 'mark', { mark: 'mine' });
    server.last.cut();
    await pass(1_000);
    await expect(sent).resolves.toMatchObject({ seq: 1 });
    const ids = server.sockets.flatMap((socket) => socket.sent).filter((frame) => frame.op === 'command');
    expect(ids.map((frame) => frame.command_id)).toEqual(['command-1', 'command-1']);
    expect(shown()).toEqual(['mine']);
    expect(server.marks()).toEqual(['mine']);
  });

  it('keeps what is done offline, in order, and sends it when the connection is back', async () => {
    const { server, client, shown } = world();
    await settle();
    server.reachable = false;
    server.last.cut();
    void client.command(TOPIC, 'mark', { mark: 'one' });
    void client.command(TOPIC, 'mark', { mark: 'two' });
    expect(client.getState().waiting).toBe(2);
    expect(shown()).toEqual(['one', 'two']);
    await pass(60_000);
    expect(client.getState().status).toBe('offline');
    server.reachable = true;
    await pass(20_000);
    expect(client.getState()).toEqual({ status: 'live', waiting: 0 });
    expect(server.marks()).toEqual(['one', 'two']);
  });

  it('waits as long as it is told when it was too fast, and keeps the order', async () => {
    const { server, client } = world();
    await settle();
    server.outcomes.push({ refuse: 'rate_limited', retry_after_ms: 3_000 });
    void client.command(TOPIC, 'mark', { mark: 'one' });
    await pass(1_000);
    void client.command(TOPIC, 'mark', { mark: 'two' });
    await pass(1_000);
    expect(server.marks()).toEqual([]);
    await pass(2_000);
    expect(server.marks()).toEqual(['one', 'two']);
  });

  it('repeats a command of unknown outcome until it is known', async () => {
    const { server, client, shown } = world();
    await settle();
    server.outcomes.push({ refuse: 'outcome_unknown' }, { refuse: 'outcome_unknown' });
    const sent = client.command(TOPIC, 'mark', { mark: 'mine' });
    await pass(30_000);
    await expect(sent).resolves.toMatchObject({ seq: 1 });
    expect(shown()).toEqual(['mine']);
  });

  it('drops an answered change when a snapshot takes its place', async () => {
    const { server, client, topic, shown } = world();
    await settle();
    server.swallow.add('events');
    void client.command(TOPIC, 'mark', { mark: 'mine' });
    await settle();
    server.swallow.clear();
    server.restore(0);
    server.last.cut(1012);
    await pass(1_000);
    expect(topic.hasPending()).toBe(false);
    expect(shown()).toEqual([]);
  });

  it('refuses by itself what would not fit into a frame', async () => {
    const { server, client } = world();
    await settle();
    await expect(client.command(TOPIC, 'mark', { mark: 'x'.repeat(70_000) })).rejects.toMatchObject({
      code: 'too_large',
    });
    expect(server.last.sent.some((frame) => frame.op === 'command')).toBe(false);
  });
});

describe('the connection', () => {
  it('finds a dead connection by an unanswered ping', async () => {
    const { server, client } = world();
    await settle();
    server.swallow.add('pongs');
    await pass(31_000);
    expect(server.sockets.length).toBeGreaterThan(1);
    expect(client.getState().status).toBe('live');
  });

  it('backs off further with each failure, and comes back at once when the browser is online again', async () => {
    const { server, client } = world(() => 0.999);
    await settle();
    server.reachable = false;
    server.last.cut();
    await pass(60_000);
    const tries = server.sockets.length;
    expect(tries).toBeLessThan(12);
    server.reachable = true;
    client.wake('by-browser');
    await settle();
    expect(client.getState().status).toBe('live');
  });

  it('asks by REST whether the login still stands when connecting keeps failing', async () => {
    const { server, session } = world();
    server.reachable = false;
    await pass(30_000);
    expect(session.probes).toBeGreaterThan(0);
  });

  it('renews the session once on 4401, and then goes to sign-in', async () => {
    const { server, session, client } = world();
    await settle();
    server.last.cut(4401);
    await settle();
    expect(session.renewals).toBe(1);
    expect(server.last.token).toBe('token-2');
    expect(client.getState().status).toBe('live');

    session.outcome = 'over';
    server.last.cut(4401);
    await settle();
    expect(session.ended).toBe(1);
    expect(client.getState().status).toBe('idle');
  });

  it('keeps unsent changes for the same person and drops them for another one', async () => {
    const { server, session, client } = world();
    await settle();
    server.reachable = false;
    server.last.cut();
    const mine = client.command(TOPIC, 'mark', { mark: 'mine' });
    client.stop();
    server.reachable = true;
    session.access = 'again';
    client.start(ME);
    await settle();
    await expect(mine).resolves.toMatchObject({ seq: 1 });

    server.reachable = false;
    server.last.cut();
    const lost = client.command(TOPIC, 'mark', { mark: 'lost' });
    const refused = expect(lost).rejects.toMatchObject({ code: 'signed_out' });
    client.stop();
    client.start({ id: 'someone-else', name: 'Bruno' });
    await refused;
    expect(server.marks()).toEqual(['mine']);
  });

  it.each([4403, 4429])('waits for the user after %d', async (code) => {
    const { server, client } = world();
    await settle();
    server.last.cut(code);
    await pass(60_000);
    client.wake('by-browser');
    await settle();
    expect(server.sockets).toHaveLength(1);
    expect(client.getState().status).toBe('stopped');
    client.wake('by-user');
    await settle();
    expect(client.getState().status).toBe('live');
  });

  it.each([1006, 1012, 4008, 4009])('comes back by itself after %d', async (code) => {
    const { server, client } = world();
    await settle();
    server.last.cut(code);
    expect(client.getState().status).toBe('reconnecting');
    await pass(1_000);
    expect(client.getState().status).toBe('live');
  });

  it('renews its token on the open socket before it ends', async () => {
    const { server, session } = world();
    session.left = 120_000;
    await settle();
    await pass(61_000);
    expect(server.last.sent.find((frame) => frame.op === 'auth')).toMatchObject({ token: 'token-2' });
    expect(server.sockets).toHaveLength(1);
  });
});

describe('whatever happens', () => {
  const FATES = [
    null,
    null,
    null,
    null,
    { refuse: 'forbidden' },
    { refuse: 'rate_limited', retry_after_ms: 50 },
    { refuse: 'outcome_unknown' },
    'lose-answer',
  ] as const;
  const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(SEEDS)('ends with the server’s state and every command once (seed %d)', async (seed) => {
    const random = seeded(seed);
    const { server, client, topic, shown } = world(random);
    const chance = (probability: number) => random() < probability;
    const answered: Promise<string | null>[] = [];

    for (let step = 0; step < 80; step += 1) {
      const mark = `${seed}.${step}`;
      if (chance(0.35)) server.change(`other-${mark}`);
      if (chance(0.35)) {
        const fate = FATES[Math.floor(random() * FATES.length)];
        if (fate) server.outcomes.push(fate);
        answered.push(
          client.command(TOPIC, 'mark', { mark: `mine-${mark}` }).then(
            () => `mine-${mark}`,
            () => null,
          ),
        );
      }
      if (chance(0.15)) server.sockets.at(-1)?.open && server.last.cut(chance(0.5) ? 1006 : 1012);
      if (chance(0.1)) server.reachable = !server.reachable;
      if (chance(0.1)) server.swallow.add('events');
      else server.swallow.clear();
      if (chance(0.1)) server.keptFrom = server.seq;
      if (chance(0.2)) server.beat();
      await pass(random() * 400);
    }

    server.reachable = true;
    server.swallow.clear();
    server.outcomes = [];
    for (let round = 0; round < 12; round += 1) {
      server.beat();
      // An answer that was lost without a cut is only asked for again on a new connection.
      if (round === 2) server.sockets.at(-1)?.open && server.last.cut();
      await pass(10_000);
    }

    const accepted = (await Promise.all(answered)).filter((mark) => mark !== null);
    expect(client.getState()).toEqual({ status: 'live', waiting: 0 });
    expect(topic.hasPending()).toBe(false);
    expect(topic.serverState()?.marks).toEqual(server.marks());
    expect(shown()).toEqual(server.marks());
    expect(
      server
        .marks()
        .filter((mark) => mark.startsWith('mine-'))
        .sort(),
    ).toEqual(accepted.sort());
  });

  it.each(SEEDS.slice(0, 20))('agrees with the server through restored backups (seed %d)', async (seed) => {
    const random = seeded(seed);
    const { server, client, topic, shown } = world(random);
    for (let step = 0; step < 40; step += 1) {
      if (random() < 0.5) server.change(`other-${step}`);
      if (random() < 0.3) void client.command(TOPIC, 'mark', { mark: `mine-${step}` }).catch(() => undefined);
      if (random() < 0.1) {
        const socket = server.sockets.at(-1);
        server.restore(Math.floor(random() * (server.seq + 1)));
        if (socket?.open) socket.cut(1012);
      }
      await pass(random() * 300);
    }
    await pass(60_000);
    server.beat();
    await pass(1_000);
    expect(topic.hasPending()).toBe(false);
    expect(topic.serverState()?.marks).toEqual(server.marks());
    expect(shown()).toEqual(server.marks());
  });
});
