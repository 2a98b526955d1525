/** The visitor's end of the conversation: one socket, resumed where it broke off, and every message sent until it is answered. */
import { backoff } from '@/live/backoff';
import {
  type Actor,
  afterClose,
  type ErrorAnswer,
  type EventFrame,
  type OkAnswer,
  readFrame,
} from '@/live/frames';
import {
  type Attachment,
  type Conversation,
  isTheirs,
  type Message,
  type Pending,
  reduce,
  TYPING_LASTS_MS,
  withMessage,
  withOlder,
  withoutEcho,
} from './model';
import { Failed, type Server } from './server';

export interface SocketLike {
  send(text: string): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface ChatState {
  status: 'idle' | 'connecting' | 'live' | 'away' | 'over';
  conversation: Conversation | null;
  pending: Pending[];
  typing: Actor | null;
}

interface Options {
  server: Pick<Server, 'begin' | 'older' | 'socketUrl'>;
  open(url: string): SocketLike;
  newId(): string;
  random?: () => number;
}

const PING_EVERY_MS = 20_000;
const DEAD_AFTER_MS = 10_000;
const SAY_TYPING_EVERY_MS = 4_000;

type Answer = OkAnswer | ErrorAnswer;
type Timer = ReturnType<typeof setTimeout>;

export class Chat {
  state: ChatState = { status: 'idle', conversation: null, pending: [], typing: null };
  private readonly watchers = new Set<() => void>();
  private socket: SocketLike | null = null;
  private topic = '';
  private seq = 0;
  private epoch = '';
  private attempt = 0;
  private nextFrame = 1;
  private readonly answers = new Map<number, (answer: Answer) => void>();
  private readonly timers: Partial<Record<'retry' | 'ping' | 'dead' | 'typing', Timer>> = {};
  private saidTyping = 0;
  private seenUpTo = '';
  private isStopped = false;

  constructor(private readonly options: Options) {}

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private set(change: Partial<ChatState>): void {
    this.state = { ...this.state, ...change };
    for (const watcher of this.watchers) watcher();
  }

  /** Connects, unless it is already. `renew` asks for the session anew, which tells whether there still is one. */
  async start(renew = true): Promise<void> {
    if (this.isStopped || this.socket || this.state.status === 'connecting') return;
    clearTimeout(this.timers.retry);
    if (this.state.status === 'idle' || this.state.status === 'over') this.set({ status: 'connecting' });
    try {
      if (renew) await this.options.server.begin();
    } catch (error) {
      const status = error instanceof Failed ? error.status : 0;
      // The channel is gone, or this page is none of its own: asking again would not help.
      if (status === 403 || status === 404) this.set({ status: 'over' });
      else this.retry(true);
      return;
    }
    if (!this.isStopped) this.connect();
  }

  /** Ends for good: the page has taken the widget away. */
  stop(): void {
    this.isStopped = true;
    const { socket } = this;
    this.socket = null;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    socket?.close();
  }

  /** The network is back, or the page is looked at again: there is no reason to wait. */
  wake(): void {
    if (this.state.status === 'away') {
      this.attempt = 0;
      void this.start(this.topic === '');
    } else if (this.socket) {
      this.ping();
    }
  }

  private connect(): void {
    const since = this.epoch ? { seq: this.seq, epoch: this.epoch } : null;
    const socket = this.options.open(this.options.server.socketUrl(since));
    this.socket = socket;
    socket.onmessage = ({ data }) => this.socket === socket && this.take(data);
    socket.onclose = ({ code }) => this.socket === socket && this.lost(code);
    this.timers.dead = setTimeout(() => this.drop(), DEAD_AFTER_MS);
  }

  private drop(): void {
    const { socket } = this;
    if (!socket) return;
    this.lost(1006);
    socket.close();
  }

  private lost(code: number): void {
    this.socket = null;
    this.answers.clear();
    clearTimeout(this.timers.ping);
    clearTimeout(this.timers.dead);
    const then = afterClose(code);
    if (then === 'wait-for-user') this.set({ status: 'over', typing: null });
    else this.retry(then === 'session-over' || this.topic === '');
  }

  private retry(renew: boolean): void {
    if (this.isStopped) return;
    this.set({ status: 'away', typing: null });
    clearTimeout(this.timers.retry);
    this.timers.retry = setTimeout(() => void this.start(renew), backoff(this.attempt, this.options.random));
    this.attempt += 1;
  }

  private take(text: unknown): void {
    clearTimeout(this.timers.dead);
    const frame = readFrame(text);
    if (frame.kind === 'answer') {
      const { answer } = frame;
      // The first answer is to nothing that was asked: this socket follows its topic from the start.
      if (answer.re === 0) this.begun(answer);
      else if (answer.re !== null) {
        this.answers.get(answer.re)?.(answer);
        this.answers.delete(answer.re);
      }
    } else if (frame.kind === 'event') this.happened(frame.event);
    else if (frame.kind === 'beat') {
      const top = frame.beat[this.topic];
      if (top !== undefined && top > this.seq) this.drop();
    } else if (frame.kind === 'signal' && frame.signal.signal === 'typing') {
      // Of what people do, customers are told this alone: that they have stopped, silence tells.
      this.set({ typing: frame.signal.by });
      clearTimeout(this.timers.typing);
      this.timers.typing = setTimeout(() => this.set({ typing: null }), TYPING_LASTS_MS);
    }
  }

  private begun(answer: Answer): void {
    if (!answer.ok) {
      this.drop();
      return;
    }
    this.topic = answer.topic ?? '';
    this.attempt = 0;
    if (answer.snapshot) {
      this.epoch = answer.epoch ?? '';
      this.seq = answer.seq ?? 0;
      const conversation = answer.snapshot as Conversation;
      const isAnother = conversation.id !== this.state.conversation?.id;
      if (isAnother) this.seenUpTo = '';
      const pending = conversation.messages.reduce(
        withoutEchoOfNew(this.state.conversation),
        this.state.pending,
      );
      this.set({ status: 'live', conversation, pending });
    } else {
      for (const event of answer.events ?? []) this.happened(event);
      this.set({ status: 'live' });
    }
    this.keepAlive();
    for (const { commandId, failed } of this.state.pending) if (failed === null) this.dispatch(commandId);
  }

  private happened(event: EventFrame): void {
    if (event.seq <= this.seq) return;
    // A gap: what is missing comes with the next subscription.
    if (event.seq > this.seq + 1) {
      this.drop();
      return;
    }
    this.seq = event.seq;
    const { conversation, pending, typing } = this.state;
    if (!conversation) return;
    const isMessage = event.type === 'message.received' || event.type === 'message.sent';
    const message = isMessage ? (event.data as Message) : null;
    this.set({
      conversation: reduce(conversation, event),
      pending: message ? withoutEcho(pending, message) : pending,
      // Who has said it no longer writes it.
      typing: message && isTheirs(message) ? null : typing,
    });
  }

  private keepAlive(): void {
    clearTimeout(this.timers.ping);
    this.timers.ping = setTimeout(() => {
      this.ping();
      this.keepAlive();
    }, PING_EVERY_MS);
  }

  private ping(): void {
    clearTimeout(this.timers.dead);
    this.timers.dead = setTimeout(() => this.drop(), DEAD_AFTER_MS);
    this.request({ op: 'ping' });
  }

  private request(frame: object, take?: (answer: Answer) => void): void {
    if (!this.socket || this.state.status !== 'live') return;
    const id = this.nextFrame++;
    if (take) this.answers.set(id, take);
    this.socket.send(JSON.stringify({ id, ...frame }));
  }

  private command(name: string, data: object, commandId: string, take?: (answer: Answer) => void): void {
    this.request({ op: 'command', topic: this.topic, name, command_id: commandId, data }, take);
  }

  // --- what the visitor does --------------------------------------------------------------------------------------

  say(content: string, attachment: Attachment | null = null): void {
    const commandId = this.options.newId();
    this.set({ pending: [...this.state.pending, { commandId, content, attachment, failed: null }] });
    this.saidTyping = 0;
    if (this.state.status === 'idle') void this.start();
    else this.dispatch(commandId);
  }

  again(commandId: string): void {
    this.mark(commandId, null);
    this.dispatch(commandId);
  }

  private mark(commandId: string, failed: string | null): void {
    this.set({
      pending: this.state.pending.map((one) => (one.commandId === commandId ? { ...one, failed } : one)),
    });
  }

  private dispatch(commandId: string): void {
    const one = this.state.pending.find((pending) => pending.commandId === commandId);
    if (!one || this.state.status !== 'live') return;
    const data = { content: one.content, ...(one.attachment && { attachment_id: one.attachment.id }) };
    this.command('send_message', data, commandId, (answer) => {
      if (!answer.ok) return this.mark(commandId, answer.error.code);
      const { conversation, pending } = this.state;
      const message = answer.data as Message | undefined;
      this.set({
        pending: pending.filter((other) => other.commandId !== commandId),
        conversation: conversation && message ? withMessage(conversation, message) : conversation,
      });
    });
  }

  typing(): void {
    const now = Date.now();
    if (now - this.saidTyping < SAY_TYPING_EVERY_MS) return;
    this.saidTyping = now;
    this.request({ op: 'signal', topic: this.topic, name: 'typing', data: {} });
  }

  /** Nothing is being written any more. */
  viewing(): void {
    if (this.saidTyping === 0) return;
    this.saidTyping = 0;
    this.request({ op: 'signal', topic: this.topic, name: 'viewing', data: {} });
  }

  /** The visitor sees everything that is there. */
  saw(): void {
    const last = this.state.conversation?.messages.findLast(
      (message) => isTheirs(message) && !message.is_read,
    );
    if (!last || last.id === this.seenUpTo || this.state.status !== 'live') return;
    this.seenUpTo = last.id;
    this.command('mark_read', { message_id: last.id }, this.options.newId(), (answer) => {
      if (!answer.ok) this.seenUpTo = '';
    });
  }

  rate(score: number, comment: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.state.status !== 'live') return resolve(false);
      const data = { score, ...(comment.trim() && { comment: comment.trim() }) };
      this.command('rate', data, this.options.newId(), (answer) => {
        const { conversation } = this.state;
        // The event is the company's own; the answer is what the visitor hears.
        if (answer.ok && conversation) {
          this.set({ conversation: { ...conversation, rating: { score, comment: comment.trim() || null } } });
        }
        resolve(answer.ok);
      });
    });
  }

  async older(): Promise<void> {
    const first = this.state.conversation?.messages[0];
    if (!first) return;
    const { items, has_more } = await this.options.server.older(first.id);
    const { conversation } = this.state;
    if (conversation) this.set({ conversation: withOlder(conversation, items, has_more) });
  }
}

/** Only what is new since may be an echo: the same words may have been said before. */
function withoutEchoOfNew(before: Conversation | null) {
  const known = new Set(before?.messages.map(({ id }) => id));
  const last = before?.messages.at(-1)?.number ?? Number.POSITIVE_INFINITY;
  return (pending: Pending[], message: Message): Pending[] =>
    known.has(message.id) || message.number <= last ? pending : withoutEcho(pending, message);
}
