import type { Actor, EventFrame, OkAnswer } from './frames';
import type { Activity, Present } from './presence';

/** What a feature tells the live module about its entity; all functions are pure. */
export interface Entity<S> {
  read(snapshot: unknown): S;
  reduce(state: S, event: EventFrame): S;
  /** The state as it will look once the command is accepted; the same state if that can no longer be said. */
  predict(view: S, command: PendingCommand): S;
  /** Whether this event is what the command asked for, as seen before the command's own answer came. */
  echoes(event: EventFrame, command: PendingCommand): boolean;
}

export interface PendingCommand {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
  readonly by: Actor;
  /** The `seq` of its answer; it stays in the view until that event is applied. */
  readonly answeredSeq: number | null;
}

export interface TopicView<S> {
  /** Server state with pending commands on top; null until the first snapshot. */
  state: S | null;
  /** Set when the server ended the subscription: why it did. */
  lost: string | null;
  pending: readonly PendingCommand[];
}

export type Applied = 'applied' | 'old' | 'gap';

/**
 * One entity as this tab knows it. Pure bookkeeping without I/O: server state by strict `seq`, and pending commands
 * beside it, so that taking one back never overwrites what others did meanwhile.
 */
export class Topic<S> {
  epoch: string | null = null;
  seq: number | null = null;
  /** The frame id of the subscribe that waits for its answer. Written by the client only. */
  askedBy: number | null = null;
  /** Beats heard while that answer was outstanding. */
  beatsWaited = 0;
  subscribed = false;
  lost: string | null = null;
  /** What the person here does, for the others to know; null: nothing is said. Written by the client only. */
  activity: Activity | null = null;

  private server: S | null = null;
  private pending: readonly PendingCommand[] = [];
  private view: TopicView<S> = { state: null, lost: null, pending: [] };
  private redrawScheduled = false;
  private readonly viewers = new Set<() => void>();
  private readonly observers = new Set<(event: EventFrame) => void>();
  private present: readonly Present[] = [];
  private readonly companions = new Set<() => void>();

  constructor(
    readonly name: string,
    readonly entity: Entity<S>,
    /** Coalesces the redraws of many events into one. */
    private readonly schedule: (redraw: () => void) => void,
  ) {}

  /** Takes the answer to `subscribe`: a snapshot replaces everything, events continue from what is known. */
  accept(answer: OkAnswer): Applied {
    const sameHistory = answer.epoch === this.epoch && this.seq !== null;
    this.lost = null;
    if (answer.snapshot !== undefined) {
      this.server = this.entity.read(answer.snapshot);
      this.epoch = answer.epoch ?? null;
      this.seq = answer.seq ?? 0;
      this.pending = this.pending.filter((command) => command.answeredSeq === null);
      this.redraw();
      return 'applied';
    }
    if (!sameHistory) return 'gap';
    for (const event of answer.events ?? []) {
      if (this.apply(event) === 'gap') return 'gap';
    }
    this.redraw();
    return answer.seq === undefined || answer.seq <= (this.seq ?? 0) ? 'applied' : 'gap';
  }

  apply(event: EventFrame): Applied {
    if (this.seq === null || this.server === null) return 'gap';
    if (event.seq <= this.seq) return 'old';
    if (event.seq > this.seq + 1) return 'gap';
    for (const observe of this.observers) observe(event);
    try {
      this.server = this.entity.reduce(this.server, event);
    } catch {
      // An event this client cannot follow (a newer server's, say) costs a snapshot, not the screen.
      this.forget();
      return 'gap';
    }
    this.seq = event.seq;
    const echoed = this.pending.find(
      (command) => command.answeredSeq === null && this.entity.echoes(event, command),
    );
    this.pending = this.pending.filter(
      (command) => command !== echoed && (command.answeredSeq === null || command.answeredSeq > event.seq),
    );
    this.redrawSoon();
    return 'applied';
  }

  /** Forgets where it stood, so that the next subscribe brings a whole snapshot. */
  forget(): void {
    this.epoch = null;
    this.seq = null;
  }

  end(code: string): void {
    this.lost = code;
    this.subscribed = false;
    this.setPresent([]);
    this.redraw();
  }

  add(command: PendingCommand): void {
    this.pending = [...this.pending, command];
    this.redraw();
  }

  answered(id: string, seq: number): void {
    const known = this.seq ?? Number.NEGATIVE_INFINITY;
    this.pending = this.pending
      .map((command) => (command.id === id ? { ...command, answeredSeq: seq } : command))
      .filter((command) => command.answeredSeq === null || command.answeredSeq > known);
    this.redrawSoon();
  }

  takeBack(id: string): void {
    this.pending = this.pending.filter((command) => command.id !== id);
    this.redraw();
  }

  hasPending(): boolean {
    return this.pending.length > 0;
  }

  /** The state without pending commands, for tests of the promises. */
  serverState(): S | null {
    return this.server;
  }

  readonly subscribe = (viewer: () => void): (() => void) => {
    this.viewers.add(viewer);
    return () => this.viewers.delete(viewer);
  };

  readonly getView = (): TopicView<S> => this.view;

  /** Hears each event just before it is applied, while the screen still shows the state before it. */
  observe(observer: (event: EventFrame) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  readonly subscribePresent = (companion: () => void): (() => void) => {
    this.companions.add(companion);
    return () => this.companions.delete(companion);
  };

  /** Who else is there; nobody, while there is no connection to tell. */
  readonly getPresent = (): readonly Present[] => this.present;

  setPresent(present: readonly Present[]): void {
    if (present === this.present || (present.length === 0 && this.present.length === 0)) return;
    this.present = present;
    for (const companion of this.companions) companion();
  }

  private readonly predicted = (state: S, command: PendingCommand): S => this.entity.predict(state, command);

  private redrawSoon(): void {
    if (this.redrawScheduled) return;
    this.redrawScheduled = true;
    this.schedule(() => this.redraw());
  }

  private redraw(): void {
    this.redrawScheduled = false;
    const server = this.server;
    this.view = {
      state: server === null ? null : this.pending.reduce<S>(this.predicted, server),
      lost: this.lost,
      pending: this.pending,
    };
    for (const viewer of this.viewers) viewer();
  }
}
