/**
 * Feeds: topics that carry hints, neither numbered nor stored. Whoever may have missed some is told to start anew, and asks
 * again for what the hints are about.
 */
import { backoff } from './backoff';
import type { ErrorAnswer, HintFrame, OkAnswer, RefusalBody } from './frames';

export interface FeedListener {
  /** Where one starts from: at first, after each reconnect, and whenever hints may have been missed. */
  start(snapshot: unknown): void;
  hint(hint: HintFrame): void;
}

export interface FeedsHost {
  /** Sends a frame; null while there is no connection. */
  request(frame: Record<string, unknown>, take: (answer: OkAnswer | ErrorAnswer) => void): number | null;
  random: (() => number) | undefined;
}

type Timer = ReturnType<typeof setTimeout>;

interface Feed {
  readonly listeners: Set<FeedListener>;
  /** The frame id of the newest subscribe: an earlier one's answer is no news. */
  askedBy: number | null;
  timer: Timer | undefined;
}

/** A screen that opens right after another one closed goes on with the same subscription. */
const LEAVE_AFTER_MS = 500;

export class Feeds {
  private readonly feeds = new Map<string, Feed>();
  private isOpen = false;

  constructor(private readonly host: FeedsHost) {}

  /** Listens until the returned function is called. Everyone on the feed starts anew with a newcomer. */
  follow(name: string, listener: FeedListener): () => void {
    const feed = this.feeds.get(name) ?? { listeners: new Set(), askedBy: null, timer: undefined };
    this.feeds.set(name, feed);
    feed.listeners.add(listener);
    this.ask(name, feed);
    return () => {
      feed.listeners.delete(listener);
      if (feed.listeners.size > 0) return;
      clearTimeout(feed.timer);
      feed.timer = setTimeout(() => this.leave(name), LEAVE_AFTER_MS);
    };
  }

  /** There is a connection. */
  open(): void {
    this.isOpen = true;
    for (const [name, feed] of this.feeds) if (feed.listeners.size > 0) this.ask(name, feed);
  }

  close(): void {
    this.isOpen = false;
    for (const [name, feed] of this.feeds) {
      feed.askedBy = null;
      clearTimeout(feed.timer);
      if (feed.listeners.size === 0) this.feeds.delete(name);
    }
  }

  hear(hint: HintFrame): void {
    const feed = this.feeds.get(hint.topic);
    if (!feed || feed.listeners.size === 0) return;
    if (hint.type === 'reset') this.ask(hint.topic, feed);
    else for (const listener of feed.listeners) listener.hint(hint);
  }

  private ask(name: string, feed: Feed): void {
    clearTimeout(feed.timer);
    const id = this.host.request({ op: 'subscribe', topic: name }, (answer) => {
      if (feed.askedBy !== id || feed.listeners.size === 0) return;
      feed.askedBy = null;
      if (answer.ok) for (const listener of feed.listeners) listener.start(answer.snapshot);
      else this.onRefused(name, feed, answer.error);
    });
    feed.askedBy = id;
  }

  /** A feed that is not ours to follow stays silent until the next connection. */
  private onRefused(name: string, feed: Feed, error: RefusalBody): void {
    if (!['rate_limited', 'unavailable'].includes(error.code)) return;
    const wait = error.retry_after_ms ?? backoff(3, this.host.random) + 250;
    feed.timer = setTimeout(() => this.ask(name, feed), wait);
  }

  private leave(name: string): void {
    this.feeds.delete(name);
    if (this.isOpen) this.host.request({ op: 'unsubscribe', topic: name }, () => undefined);
  }
}
