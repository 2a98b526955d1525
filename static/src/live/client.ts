import { backoff } from './backoff';
import { type FeedListener, Feeds } from './feeds';
import {
  type Actor,
  afterClose,
  type ErrorAnswer,
  type OkAnswer,
  type RefusalBody,
  readFrame,
} from './frames';
import { type Accepted, CommandRefused, Outbox } from './outbox';
import { type Activity, arrived, heard } from './presence';
import { type Entity, Topic } from './topic';

export type LiveStatus = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline' | 'stopped';

export interface LiveState {
  status: LiveStatus;
  /** Changes that the server has not answered yet. */
  waiting: number;
}

export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
}

/** What the live module needs of the login; `renewed` is false when the login is over. */
export interface LiveSession {
  token(): Promise<string | null>;
  /** Milliseconds until this token ends, null if it does not tell. */
  lifetime(token: string): number | null;
  renew(stale: string): Promise<'renewed' | 'over' | 'unreachable'>;
  /** Asks the server by REST whether the login still stands: a refused upgrade does not say why. */
  probe(): Promise<void>;
  over(): void;
}

export interface LiveOptions {
  open(token: string): SocketLike;
  session: LiveSession;
  newId(): string;
  online(): boolean;
  /** Whether somebody may be looking at this page. */
  visible(): boolean;
  schedule(redraw: () => void): void;
  random?: () => number;
}

type Timer = ReturnType<typeof setTimeout>;

const PING_EVERY_MS = 20_000;
const DEAD_AFTER_MS = 10_000;
const DEAD_AFTER_DOUBT_MS = 3_000;
const STEADY_AFTER_MS = 5_000;
/** How long what is known of a topic that nobody looks at any more is kept, to go on from there. */
const KEEP_TOPIC_MS = 30_000;
/** How soon a topic that nobody looks at any more is left, so that others see one go. */
const LEAVE_AFTER_MS = 500;
/** How often it is said again what one does, while one does it. */
const SAY_AGAIN_MS = 10_000;
/** A page that nobody looks at does not ping, and so is not there to others; but this long a silence makes it ask. */
const SILENCE_MS = 60_000;
const RENEW_BEFORE_MS = 60_000;
const MAX_FRAME_BYTES = 65_536;
/** Attempts after which a silent connection is called "no connection" and no longer "reconnecting". */
const OFFLINE_AFTER_ATTEMPTS = 3;

/**
 * The one socket of this tab: keeps it open, subscribes and resumes topics, and keeps every command until it is
 * answered, sending it again under the same id after each reconnect.
 */
export class LiveClient {
  private user: Actor | null = null;
  private socket: SocketLike | null = null;
  private opened = false;
  private token = '';
  /** Rises with each socket, so that a late callback of an earlier one is ignored. */
  private generation = 0;
  private attempt = 0;
  private failedOpens = 0;
  private heardAt = 0;
  private challenged = false;
  private nextFrame = 1;
  private answers = new Map<number, (answer: OkAnswer | ErrorAnswer) => void>();
  private readonly topics = new Map<string, Topic<unknown>>();
  private readonly holders = new Map<string, number>();
  private readonly keepTimers = new Map<string, Timer>();
  private readonly outbox: Outbox;
  private readonly feeds: Feeds;
  private readonly timers: Partial<Record<'retry' | 'ping' | 'dead' | 'steady' | 'renew' | 'say', Timer>> =
    {};
  private state: LiveState = { status: 'idle', waiting: 0 };
  private readonly watchers = new Set<() => void>();

  constructor(private readonly options: LiveOptions) {
    this.outbox = new Outbox({
      request: (frame, take) => this.request(frame, take),
      topic: (name) => this.topics.get(name),
      changed: () => this.set(),
      random: options.random,
    });
    this.feeds = new Feeds({
      request: (frame, take) => this.request(frame, take),
      random: options.random,
    });
  }

  // --- for the screens ------------------------------------------------------------------------------------------

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly getState = (): LiveState => this.state;

  /** Begins a login. What another user left unsent is dropped; the same user's unsent changes go out. */
  start(user: Actor): void {
    if (this.user && this.user.id !== user.id) this.discard();
    this.user = user;
    this.challenged = false;
    this.attempt = 0;
    if (!this.socket) this.connect();
  }

  /** Ends the connection; unsent changes are kept for the same user's next login unless discarded. */
  stop(options: { discard: boolean } = { discard: false }): void {
    this.drop();
    clearTimeout(this.timers.retry);
    if (options.discard) this.discard();
    this.set('idle');
  }

  /** Get or make a topic. It is subscribed at once, left soon after the last `hold` ends, and forgotten a while later. */
  topic<S>(name: string, entity: Entity<S>): Topic<S> {
    const known = this.topics.get(name);
    if (known) return known as unknown as Topic<S>;
    const topic = new Topic(name, entity, this.options.schedule);
    this.topics.set(name, topic as unknown as Topic<unknown>);
    this.ask(topic as unknown as Topic<unknown>);
    this.keepForAWhile(name);
    return topic;
  }

  hold(name: string): () => void {
    clearTimeout(this.keepTimers.get(name));
    this.holders.set(name, (this.holders.get(name) ?? 0) + 1);
    const topic = this.topics.get(name);
    if (topic && !topic.subscribed && topic.askedBy === null && topic.lost === null) this.ask(topic);
    return () => {
      const left = (this.holders.get(name) ?? 1) - 1;
      this.holders.set(name, left);
      if (left === 0) this.keepForAWhile(name);
    };
  }

  /** Listens to a feed until the returned function is called. */
  follow(feed: string, listener: FeedListener): () => void {
    return this.feeds.follow(feed, listener);
  }

  /** Asks the entity to change; shown at once, kept until the server has answered. */
  command(topicName: string, name: string, data: Record<string, unknown>): Promise<Accepted> {
    const user = this.user;
    if (!user) return Promise.reject(new CommandRefused({ code: 'signed_out' }));
    const id = this.options.newId();
    if (new TextEncoder().encode(JSON.stringify(data)).length > MAX_FRAME_BYTES - 512) {
      return Promise.reject(new CommandRefused({ code: 'too_large' }));
    }
    this.topics.get(topicName)?.add({ id, name, data, by: user, answeredSeq: null });
    return this.outbox.put(id, topicName, name, data);
  }

  /** Tells the others at a topic what the person here does: at once, after each reconnect, and again while it lasts. */
  say(topicName: string, activity: Activity | null): void {
    const topic = this.topics.get(topicName);
    if (!topic || JSON.stringify(topic.activity) === JSON.stringify(activity)) return;
    topic.activity = activity;
    this.sayAgain(topic);
  }

  /** Tries again now: the network came back, the page became visible, or (the only way on from `stopped`) the user asked. */
  wake(asked: 'by-user' | 'by-browser'): void {
    if (!this.user || this.state.status === 'idle') return;
    if (this.state.status === 'stopped' && asked !== 'by-user') return;
    if (this.opened) {
      this.ping(DEAD_AFTER_DOUBT_MS);
      for (const topic of this.topics.values()) this.sayAgain(topic);
    } else if (!this.socket) {
      this.attempt = 0;
      this.connect();
    }
  }

  /** The browser lost its network: ask at once whether the socket still answers. */
  doubt(): void {
    if (this.opened) this.ping(DEAD_AFTER_DOUBT_MS);
    else this.set();
  }

  /** The login has a new access token (this tab or another one renewed it). */
  renewed(token: string): void {
    if (!this.opened || token === this.token) return;
    this.token = token;
    this.scheduleRenewal();
    this.request({ op: 'auth', token }, (answer) => {
      if (!answer.ok) void this.challenge();
    });
  }

  // --- the socket -----------------------------------------------------------------------------------------------

  private connect(): void {
    clearTimeout(this.timers.retry);
    const generation = ++this.generation;
    this.set(
      this.state.status === 'idle' || this.state.status === 'connecting' ? 'connecting' : 'reconnecting',
    );
    void this.open(generation);
  }

  private async open(generation: number): Promise<void> {
    let token: string | null;
    try {
      if (this.failedOpens > 0 && this.failedOpens % 3 === 0) await this.options.session.probe();
      token = await this.options.session.token();
    } catch {
      if (generation === this.generation) this.comeBack();
      return;
    }
    if (generation !== this.generation || !this.user) return;
    if (!token) return this.end();

    this.token = token;
    const socket = this.options.open(token);
    this.socket = socket;
    const current = () => generation === this.generation;
    socket.onopen = () => current() && this.onOpen();
    socket.onmessage = (event) => current() && this.onMessage(event.data);
    socket.onclose = (event) => current() && this.onClose(event.code);
    socket.onerror = null;
  }

  private onOpen(): void {
    this.opened = true;
    this.failedOpens = 0;
    this.timers.steady = setTimeout(() => {
      this.attempt = 0;
    }, STEADY_AFTER_MS);
    this.heardAt = Date.now();
    this.schedulePing();
    this.scheduleSaying();
    this.scheduleRenewal();
    for (const [name, topic] of this.topics) if (this.isWanted(name)) this.ask(topic);
    this.feeds.open();
    this.outbox.open();
    this.set('live');
  }

  private onClose(code: number): void {
    if (!this.opened) this.failedOpens += 1;
    this.drop();
    switch (afterClose(code)) {
      case 'session-over':
        void this.challenge();
        break;
      case 'wait-for-user':
        this.set('stopped');
        break;
      case 'come-back':
        this.comeBack();
    }
  }

  private comeBack(): void {
    const delay = backoff(this.attempt, this.options.random);
    this.attempt += 1;
    clearTimeout(this.timers.retry);
    this.timers.retry = setTimeout(() => this.connect(), delay);
    this.set('reconnecting');
  }

  /** Lets go of the present socket without deciding what comes next. */
  private drop(): void {
    this.generation += 1;
    const socket = this.socket;
    this.socket = null;
    this.opened = false;
    this.answers.clear();
    for (const topic of this.topics.values()) {
      topic.askedBy = null;
      topic.subscribed = false;
      topic.setPresent([]);
    }
    this.feeds.close();
    this.outbox.close();
    for (const name of ['ping', 'dead', 'steady', 'renew', 'say'] as const) {
      clearTimeout(this.timers[name]);
      delete this.timers[name];
    }
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close();
      } catch {
        // A socket that never opened may refuse to be closed; it is forgotten either way.
      }
    }
  }

  /** 4401: one renewal, then the sign-in screen. */
  private async challenge(): Promise<void> {
    this.drop();
    const generation = this.generation;
    if (this.challenged) return this.end();
    this.challenged = true;
    this.set('reconnecting');
    const outcome = await this.options.session.renew(this.token).catch(() => 'unreachable' as const);
    if (generation !== this.generation) return;
    if (outcome === 'renewed') this.connect();
    else if (outcome === 'over') this.end();
    else {
      this.challenged = false;
      this.comeBack();
    }
  }

  private end(): void {
    this.stop();
    this.options.session.over();
  }

  // --- what comes in --------------------------------------------------------------------------------------------

  private onMessage(text: unknown): void {
    clearTimeout(this.timers.dead);
    delete this.timers.dead;
    this.heardAt = Date.now();
    const frame = readFrame(text);
    switch (frame.kind) {
      case 'answer': {
        const { re } = frame.answer;
        if (re === null) return;
        const take = this.answers.get(re);
        this.answers.delete(re);
        if (frame.answer.ok) this.challenged = false;
        take?.(frame.answer);
        return;
      }
      case 'event': {
        const topic = this.topics.get(frame.event.topic);
        // While a resume is under way its answer brings whatever seems to be missing now.
        if (topic && topic.apply(frame.event) === 'gap' && topic.askedBy === null && topic.subscribed)
          this.ask(topic);
        return;
      }
      case 'hint':
        this.feeds.hear(frame.hint);
        return;
      case 'beat':
        this.onBeat(frame.beat);
        return;
      case 'signal': {
        const { topic: name, signal, by, data } = frame.signal;
        const topic = this.topics.get(name);
        if (signal === 'presence') topic?.setPresent(heard(topic.getPresent(), by, data, Date.now()));
        return;
      }
      case 'unsubscribed':
        this.topics.get(frame.topic)?.end(frame.code);
    }
  }

  private onBeat(beat: Record<string, number>): void {
    for (const topic of this.topics.values()) {
      if (topic.askedBy !== null) {
        topic.beatsWaited += 1;
        if (topic.beatsWaited >= 2) this.ask(topic);
      } else if (topic.subscribed && beat[topic.name] !== topic.seq) {
        this.ask(topic);
      }
    }
  }

  // --- what goes out --------------------------------------------------------------------------------------------

  private request(
    frame: Record<string, unknown>,
    take: (answer: OkAnswer | ErrorAnswer) => void,
  ): number | null {
    if (!this.socket || !this.opened) return null;
    const id = this.nextFrame++;
    this.answers.set(id, take);
    this.socket.send(JSON.stringify({ id, ...frame }));
    return id;
  }

  private ask(topic: Topic<unknown>): void {
    topic.beatsWaited = 0;
    topic.subscribed = false;
    const frame: Record<string, unknown> = { op: 'subscribe', topic: topic.name, since: topic.seq };
    if (topic.epoch !== null) frame.epoch = topic.epoch;
    const id = this.request(frame, (answer) => {
      if (topic.askedBy !== id || this.topics.get(topic.name) !== topic) return;
      topic.askedBy = null;
      if (answer.ok) this.onSubscribed(topic, answer);
      else this.onSubscribeRefused(topic, answer.error);
    });
    topic.askedBy = id;
  }

  private onSubscribed(topic: Topic<unknown>, answer: OkAnswer): void {
    topic.subscribed = true;
    topic.setPresent(arrived(topic.getPresent(), answer.present, Date.now()));
    if (topic.accept(answer) === 'gap') {
      topic.forget();
      this.ask(topic);
      return;
    }
    this.sayAgain(topic);
  }

  private onSubscribeRefused(topic: Topic<unknown>, error: RefusalBody): void {
    const passing = ['rate_limited', 'unavailable', 'outcome_unknown'].includes(error.code);
    if (!passing) {
      topic.end(error.code);
      return;
    }
    const generation = this.generation;
    setTimeout(
      () => {
        const wanted = this.topics.get(topic.name) === topic && topic.askedBy === null && !topic.subscribed;
        if (generation === this.generation && wanted) this.ask(topic);
      },
      error.retry_after_ms ?? backoff(3, this.options.random) + 250,
    );
  }

  private discard(): void {
    this.outbox.discard();
    for (const timer of this.keepTimers.values()) clearTimeout(timer);
    this.keepTimers.clear();
    this.topics.clear();
    this.holders.clear();
    this.user = null;
    this.set();
  }

  /** Leaves a topic that nobody holds any more, and forgets it when nobody comes back to it. */
  private keepForAWhile(name: string): void {
    clearTimeout(this.keepTimers.get(name));
    const after = (ms: number, act: () => void) => this.keepTimers.set(name, setTimeout(act, ms));
    after(LEAVE_AFTER_MS, () => {
      const topic = this.topics.get(name);
      if (!topic || (this.holders.get(name) ?? 0) > 0) return;
      if (topic.hasPending()) return this.keepForAWhile(name);
      topic.askedBy = null;
      topic.subscribed = false;
      topic.setPresent([]);
      this.request({ op: 'unsubscribe', topic: name }, () => undefined);
      after(KEEP_TOPIC_MS, () => {
        this.topics.delete(name);
        this.keepTimers.delete(name);
      });
    });
  }

  /** Whether somebody looks at a topic, or has changed something there that is still on its way. */
  private isWanted(name: string): boolean {
    return (this.holders.get(name) ?? 0) > 0 || this.topics.get(name)?.hasPending() === true;
  }

  // --- heart beat and renewal -----------------------------------------------------------------------------------

  private schedulePing(): void {
    this.timers.ping = setTimeout(() => {
      const isSilent = Date.now() - this.heardAt >= SILENCE_MS;
      if (this.options.visible() || isSilent) this.ping(DEAD_AFTER_MS);
      this.schedulePing();
    }, PING_EVERY_MS);
  }

  private scheduleSaying(): void {
    this.timers.say = setTimeout(() => {
      // Being there goes on by itself; what one does there has to be said again.
      for (const topic of this.topics.values()) if (topic.activity?.name !== 'viewing') this.sayAgain(topic);
      this.scheduleSaying();
    }, SAY_AGAIN_MS);
  }

  private sayAgain(topic: Topic<unknown>): void {
    if (!topic.activity || !topic.subscribed || !this.options.visible()) return;
    const { name, data } = topic.activity;
    this.request({ op: 'signal', topic: topic.name, name, data }, () => undefined);
  }

  private ping(deadAfter: number): void {
    this.request({ op: 'ping' }, () => undefined);
    clearTimeout(this.timers.dead);
    this.timers.dead = setTimeout(() => {
      this.drop();
      this.comeBack();
    }, deadAfter);
  }

  private scheduleRenewal(): void {
    clearTimeout(this.timers.renew);
    const left = this.options.session.lifetime(this.token);
    if (left === null) return;
    this.timers.renew = setTimeout(() => void this.renew(), Math.max(1_000, left - RENEW_BEFORE_MS));
  }

  private async renew(): Promise<void> {
    const stale = this.token;
    const outcome = await this.options.session.renew(stale).catch(() => 'unreachable' as const);
    if (outcome === 'over') return this.end();
    if (outcome === 'unreachable' && this.opened) {
      this.timers.renew = setTimeout(() => void this.renew(), 5_000);
      return;
    }
    const token = await this.options.session.token();
    if (token) this.renewed(token);
  }

  private set(status: LiveStatus = this.state.status): void {
    const away = status === 'reconnecting' || status === 'offline';
    const shown =
      away && (this.attempt > OFFLINE_AFTER_ATTEMPTS || !this.options.online()) ? 'offline' : status;
    const next = away && shown !== 'offline' ? 'reconnecting' : shown;
    if (next === this.state.status && this.outbox.waiting === this.state.waiting) return;
    this.state = { status: next, waiting: this.outbox.waiting };
    for (const watcher of this.watchers) watcher();
  }
}
