/** What the widget asks the server by HTTP, and the visitor's token, which this browser keeps for each channel. */

import type { Wishes } from './config';
import type { Attachment, Message } from './model';

export interface Channel {
  name: string;
  is_open: boolean;
  config: Wishes;
}

interface Session {
  visitor_token: string;
  conversation_id: string;
}

export interface Leaving {
  name: string;
  email: string;
  message: string;
}

/** A call that failed; `status` 0 where the server could not be reached. */
export class Failed extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

export class Server {
  private conversation = '';

  constructor(
    private readonly base: string,
    private readonly key: string,
    private readonly newId: () => string,
  ) {}

  private get storageKey(): string {
    return `balcao.visitor.${this.key}`;
  }

  /** The token from before; a browser that keeps nothing has a new visitor each time. */
  token(): string | null {
    try {
      return localStorage.getItem(this.storageKey);
    } catch {
      return this.held;
    }
  }
  private held: string | null = null;

  private keep(token: string): void {
    this.held = token;
    try {
      localStorage.setItem(this.storageKey, token);
    } catch {
      // It lasts as long as the page does.
    }
  }

  channel(): Promise<Channel> {
    return this.call<Channel>(`channel?key=${encodeURIComponent(this.key)}`);
  }

  /** Begins, or goes on where this visitor was. */
  async begin(): Promise<void> {
    const token = this.token();
    const body = { channel_key: this.key, ...(token && { visitor_token: token }) };
    this.take(await this.call<Session>('sessions', body));
  }

  /** `id` stays the same when it is tried again, so that nothing is left twice. */
  async leave(fields: Leaving, id: string): Promise<void> {
    const token = this.token();
    const body = { channel_key: this.key, ...fields, ...(token && { visitor_token: token }) };
    this.take(await this.call<Session>('offline', body, { 'Idempotency-Key': id }));
  }

  private take({ visitor_token, conversation_id }: Session): void {
    this.keep(visitor_token);
    this.conversation = conversation_id;
  }

  older(before: string): Promise<{ items: Message[]; has_more: boolean }> {
    return this.call(`conversations/${this.conversation}/messages?before=${before}`);
  }

  upload(file: File): Promise<Attachment> {
    const form = new FormData();
    form.append('file', file);
    return this.call<Attachment>('attachments', form, { 'Idempotency-Key': this.newId() });
  }

  /** The bytes of a file of the conversation: the token goes with the request, so no link to it can leak. */
  async file(id: string, part: '' | '/thumbnail' = ''): Promise<Blob> {
    const answer = await this.ask(`attachments/${id}${part}`, { headers: this.bearer() });
    return answer.blob();
  }

  private bearer(): Record<string, string> {
    const token = this.token();
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  private async call<T>(path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    const isForm = body instanceof FormData;
    const answer = await this.ask(path, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...headers,
        ...(isForm || !body ? this.bearer() : { 'Content-Type': 'application/json' }),
      },
      body: isForm ? body : body && JSON.stringify(body),
    });
    return (await answer.json()) as T;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${this.base}/api/v1/webchat/${path}`, { ...init, credentials: 'omit' });
    } catch {
      throw new Failed(0);
    }
    if (!answer.ok) throw new Failed(answer.status);
    return answer;
  }

  socketUrl(since: { seq: number; epoch: string } | null): string {
    const url = new URL(`${this.base}/ws/webchat`);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('token', this.token() ?? '');
    if (since) {
      url.searchParams.set('since', String(since.seq));
      url.searchParams.set('epoch', since.epoch);
    }
    return url.href;
  }
}
