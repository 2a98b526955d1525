/** A small server that speaks the frames of `/ws` over scripted sockets, for tests of the live module. */
import type { SocketLike } from '@/live/client';
import type { EventFrame } from '@/live/frames';

export interface Counter {
  /** Each accepted command leaves its mark exactly once, in order. */
  marks: string[];
}

interface Frame {
  id: number;
  op: string;
  topic?: string;
  name?: string;
  since?: number | null;
  epoch?: string;
  command_id?: string;
  data?: { mark: string };
  token?: string;
}

export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Frame[] = [];
  open = false;
  closedByClient = false;

  constructor(
    private readonly server: FakeLiveServer,
    readonly token: string,
  ) {}

  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.sent.push(frame);
    this.server.receive(this, frame);
  }

  close(): void {
    this.open = false;
    this.closedByClient = true;
    this.server.forget(this);
  }

  deliver(frame: object): void {
    if (this.open) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The server or the network ends it. */
  cut(code = 1006): void {
    this.open = false;
    this.server.forget(this);
    this.onclose?.({ code });
  }
}

type Outcome = 'accept' | 'lose-answer' | { refuse: string; retry_after_ms?: number };

export class FakeLiveServer {
  epoch = 'e1';
  log: EventFrame[] = [];
  /** How much of the log is still there for resuming. */
  keptFrom = 0;
  private base: string[] = [];
  readonly sockets: FakeSocket[] = [];
  private readonly subscribers = new Set<FakeSocket>();
  private readonly remembered = new Map<string, { ok: true; seq: number; data: unknown }>();
  reachable = true;
  /** What becomes of the next commands; empty: accepted. */
  outcomes: Outcome[] = [];
  /** Frames that the network swallows, by kind, for as long as they are listed. */
  readonly swallow = new Set<'events' | 'answers' | 'pongs'>();
  /** What followers of feeds start from; what stands here is a feed, and every other topic the entity. */
  readonly feeds = new Map<string, unknown>();
  private readonly followers = new Map<string, Set<FakeSocket>>();
  /** Who else is there, as a newcomer is told. */
  present: object[] = [];

  constructor(readonly topic = 'counter:1') {}

  readonly connect = (token: string): FakeSocket => {
    const socket = new FakeSocket(this, token);
    this.sockets.push(socket);
    setTimeout(() => {
      if (socket.closedByClient) return;
      if (!this.reachable) return socket.cut();
      socket.open = true;
      socket.onopen?.();
    }, 5);
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('nobody has connected');
    return socket;
  }

  get seq(): number {
    return this.log.length;
  }

  marks(): string[] {
    return [...this.base, ...this.log.map((event) => (event.data as { mark: string }).mark)];
  }

  /** Somebody else changes the entity. */
  change(mark: string): void {
    this.append(mark, { id: 'other', name: 'Vera' });
  }

  beat(): void {
    for (const socket of this.subscribers) socket.deliver({ beat: { [this.topic]: this.seq } });
  }

  /** A backup is restored: what came after `seq` is gone, and history has a new name. */
  restore(seq: number): void {
    this.log = this.log.slice(0, seq);
    this.epoch = `${this.epoch}'`;
    for (const [id, answer] of this.remembered) if (answer.seq > seq) this.remembered.delete(id);
  }

  /** Somebody else does something at the entity; `doing` null: leaves it. */
  tell(by: { id: string; name: string }, doing: string | null, on: object = {}): void {
    const frame = { topic: this.topic, signal: 'presence', by, data: { doing, on } };
    for (const socket of this.subscribers) setTimeout(() => socket.deliver(frame), 1);
  }

  /** Hints at something on a feed. */
  hint(feed: string, type: string, data: object = {}): void {
    const frame = { topic: feed, type, at: '2026-11-22T12:00:00Z', data };
    for (const socket of this.followers.get(feed) ?? []) setTimeout(() => socket.deliver(frame), 1);
  }

  forget(socket: FakeSocket): void {
    this.subscribers.delete(socket);
    for (const followers of this.followers.values()) followers.delete(socket);
  }

  receive(socket: FakeSocket, frame: Frame): void {
    const answer = (body: object) => setTimeout(() => socket.deliver({ re: frame.id, ...body }), 1);
    switch (frame.op) {
      case 'ping':
        if (!this.swallow.has('pongs')) answer({ ok: true });
        return;
      case 'subscribe':
        if (this.feeds.has(frame.topic ?? '')) {
          this.follow(socket, frame.topic ?? '', answer);
          return;
        }
        this.subscribers.add(socket);
        answer({ ...this.subscribed(frame), present: this.present });
        return;
      case 'unsubscribe':
        if (this.followers.get(frame.topic ?? '')?.delete(socket)) {
          answer({ ok: true });
          return;
        }
        this.subscribers.delete(socket);
        answer({ ok: true });
        return;
      case 'command':
        this.command(frame, answer);
        return;
      default:
        answer({ ok: true });
    }
  }

  private follow(socket: FakeSocket, topic: string, answer: (body: object) => void): void {
    const outcome = this.outcomes.shift();
    if (typeof outcome === 'object') {
      answer({ ok: false, error: { code: outcome.refuse, retry_after_ms: outcome.retry_after_ms } });
      return;
    }
    this.followers.set(topic, (this.followers.get(topic) ?? new Set()).add(socket));
    answer({ ok: true, topic, snapshot: this.feeds.get(topic) });
  }

  private subscribed({ since, epoch }: Frame): object {
    const head = { ok: true, topic: this.topic, epoch: this.epoch, seq: this.seq };
    const resumable = since != null && epoch === this.epoch && since <= this.seq && since >= this.keptFrom;
    if (resumable) return { ...head, events: this.log.slice(since) };
    return { ...head, snapshot: { marks: this.marks() } };
  }

  private command(frame: Frame, answer: (body: object) => void): void {
    const known = this.remembered.get(frame.command_id ?? '');
    if (known) {
      answer(known);
      return;
    }
    const outcome = this.outcomes.shift() ?? 'accept';
    if (typeof outcome === 'object') {
      const { refuse: code, retry_after_ms } = outcome;
      answer({ ok: false, error: { code, message: code, retry_after_ms } });
      return;
    }
    this.append(frame.data?.mark ?? '', { id: 'me', name: 'Ana' });
    const accepted = { ok: true as const, seq: this.seq, data: {} };
    this.remembered.set(frame.command_id ?? '', accepted);
    if (outcome === 'accept' && !this.swallow.has('answers')) answer(accepted);
  }

  private append(mark: string, by: { id: string; name: string }): void {
    const event: EventFrame = {
      topic: this.topic,
      seq: this.seq + 1,
      type: 'counter.marked',
      at: '2026-11-22T12:00:00Z',
      by,
      data: { mark },
    };
    this.log.push(event);
    if (this.swallow.has('events')) return;
    for (const socket of this.subscribers) setTimeout(() => socket.deliver(event), 1);
  }
}
