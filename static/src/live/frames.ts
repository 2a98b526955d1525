/** The frames of `/ws`, as the server sends them, and the one place that reads their text. */

export interface Actor {
  id: string;
  name: string;
}

export interface EventFrame {
  topic: string;
  seq: number;
  type: string;
  at: string;
  by?: Actor | null;
  data: unknown;
  /** The event that this one takes back, where it does. */
  undoes_seq?: number | null;
  /** On a `hidden` event: what left this subscriber's view by it. */
  gone?: string[];
}

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export interface RefusalBody {
  code: string;
  message?: string;
  errors?: FieldError[];
  retry_after_ms?: number;
}

export interface OkAnswer {
  re: number;
  ok: true;
  topic?: string;
  epoch?: string;
  seq?: number;
  snapshot?: unknown;
  events?: EventFrame[];
  data?: unknown;
  /** Who else is there, in the answer to `subscribe`. */
  present?: unknown;
}

/** Fleeting, not numbered, not stored. */
export interface SignalFrame {
  topic: string;
  signal: string;
  by: Actor;
  data: Record<string, unknown>;
}

/** Something that the followers of a feed may want to know; not numbered, not stored. */
export interface HintFrame {
  topic: string;
  type: string;
  data: unknown;
}

export interface ErrorAnswer {
  re: number | null;
  ok: false;
  error: RefusalBody;
}

export type ServerFrame =
  | { kind: 'answer'; answer: OkAnswer | ErrorAnswer }
  | { kind: 'event'; event: EventFrame }
  | { kind: 'hint'; hint: HintFrame }
  | { kind: 'beat'; beat: Record<string, number> }
  | { kind: 'unsubscribed'; topic: string; code: string }
  | { kind: 'signal'; signal: SignalFrame }
  | { kind: 'other' };

/** Reads one frame; what this client does not know (newer kinds) is `other`, never an exception. */
export function readFrame(text: unknown): ServerFrame {
  if (typeof text !== 'string') return { kind: 'other' };
  let frame: Record<string, unknown>;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: 'other' };
  }
  if (frame === null || typeof frame !== 'object') return { kind: 'other' };
  if ('re' in frame) return { kind: 'answer', answer: frame as unknown as OkAnswer | ErrorAnswer };
  if (frame.beat && typeof frame.beat === 'object') {
    return { kind: 'beat', beat: frame.beat as Record<string, number> };
  }
  if (typeof frame.topic !== 'string') return { kind: 'other' };
  if (frame.unsubscribed) {
    const { code } = frame.unsubscribed as { code?: string };
    return { kind: 'unsubscribed', topic: frame.topic, code: code ?? 'access_withdrawn' };
  }
  if (typeof frame.type === 'string') {
    return typeof frame.seq === 'number'
      ? { kind: 'event', event: frame as unknown as EventFrame }
      : { kind: 'hint', hint: frame as unknown as HintFrame };
  }
  if (typeof frame.signal === 'string' && frame.by) {
    return { kind: 'signal', signal: { data: {}, ...frame } as unknown as SignalFrame };
  }
  return { kind: 'other' };
}

/** What a close code asks of the client: come back by itself, renew the session, or wait for the user. */
export function afterClose(code: number): 'come-back' | 'session-over' | 'wait-for-user' {
  if (code === 4401) return 'session-over';
  if (code >= 4400 && code <= 4499) return 'wait-for-user';
  return 'come-back';
}
