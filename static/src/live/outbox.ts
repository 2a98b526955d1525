import { backoff } from './backoff';
import type { ErrorAnswer, FieldError, OkAnswer, RefusalBody } from './frames';
import type { Topic } from './topic';

export interface Accepted {
  seq: number;
  data: unknown;
}

/** The server (or the client in its stead) said no; nothing changed. */
export class CommandRefused extends Error {
  readonly code: string;
  readonly errors: FieldError[];

  constructor(body: RefusalBody) {
    super(body.message ?? body.code);
    this.name = 'CommandRefused';
    this.code = body.code;
    this.errors = body.errors ?? [];
  }
}

interface Command {
  id: string;
  topic: string;
  name: string;
  data: Record<string, unknown>;
  /** The frame it went out with on the present socket; null while it waits to be sent. */
  frame: number | null;
  tries: number;
  resolve(accepted: Accepted): void;
  reject(refused: CommandRefused): void;
}

export interface OutboxHost {
  /** Sends a frame; null while there is no connection. */
  request(frame: Record<string, unknown>, take: (answer: OkAnswer | ErrorAnswer) => void): number | null;
  topic(name: string): Topic<unknown> | undefined;
  changed(): void;
  random: (() => number) | undefined;
}

/** How often a command is tried again while the server's database is away, before it is taken back. */
const UNAVAILABLE_TRIES = 5;

/** Keeps every command, in order, until it is answered, and sends it again under the same id after each reconnect. */
export class Outbox {
  private commands: Command[] = [];
  private pauseTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly host: OutboxHost) {}

  get waiting(): number {
    return this.commands.length;
  }

  put(id: string, topic: string, name: string, data: Record<string, unknown>): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      this.commands.push({ id, topic, name, data, frame: null, tries: 0, resolve, reject });
      this.flush();
      this.host.changed();
    });
  }

  /** There is a connection: what waits goes out. */
  open(): void {
    this.unpause();
    this.flush();
  }

  /** The connection is gone, and with it the answers to what was sent. */
  close(): void {
    this.unpause();
    for (const command of this.commands) command.frame = null;
  }

  /** Gives up on everything, as when someone signs out. */
  discard(): void {
    const dropped = this.commands;
    this.commands = [];
    for (const command of dropped) {
      this.host.topic(command.topic)?.takeBack(command.id);
      command.reject(new CommandRefused({ code: 'signed_out' }));
    }
    this.host.changed();
  }

  private flush(): void {
    if (this.pauseTimer) return;
    for (const command of this.commands) {
      if (command.frame !== null) continue;
      const { id, topic, name, data } = command;
      const frame = { op: 'command', topic, name, command_id: id, data };
      command.frame = this.host.request(frame, (answer) => this.onAnswer(command, answer));
    }
  }

  private onAnswer(command: Command, answer: OkAnswer | ErrorAnswer): void {
    if (answer.ok) {
      const seq = answer.seq ?? 0;
      this.settle(command);
      this.host.topic(command.topic)?.answered(command.id, seq);
      command.resolve({ seq, data: answer.data });
      return;
    }
    command.frame = null;
    command.tries += 1;
    const delay = retryDelay(answer.error, command.tries, this.host.random);
    if (delay !== null) {
      this.pause(delay);
      return;
    }
    this.settle(command);
    this.host.topic(command.topic)?.takeBack(command.id);
    command.reject(new CommandRefused(answer.error));
  }

  private settle(command: Command): void {
    this.commands = this.commands.filter((other) => other !== command);
    this.host.changed();
  }

  /** Everything waits, so that the commands of one person keep their order. */
  private pause(ms: number): void {
    this.unpause();
    this.pauseTimer = setTimeout(() => this.open(), ms);
  }

  private unpause(): void {
    if (this.pauseTimer) clearTimeout(this.pauseTimer);
    this.pauseTimer = null;
  }
}

/** When to send a refused command again; null: the refusal stands. */
function retryDelay(error: RefusalBody, tries: number, random?: () => number): number | null {
  switch (error.code) {
    case 'rate_limited':
      return error.retry_after_ms ?? 1_000;
    case 'outcome_unknown':
      // Only the same id tells what became of it, so nothing else may take the change back.
      return 1_000 + backoff(tries, random);
    case 'unavailable':
      return tries < UNAVAILABLE_TRIES ? (error.retry_after_ms ?? 500 + backoff(tries, random)) : null;
    default:
      return null;
  }
}
