/**
 * The login of this browser. Every refresh rotates the refresh token and a second use of an old one ends the whole
 * login, so tokens live in one record that all tabs share, and a refresh happens in one tab at a time.
 */
import { newId } from '@/ui/new-id';
import type { Session, SessionUser, Tokens } from './types';

export type RenewOutcome = 'renewed' | 'over' | 'unreachable';

const KEY = 'balcao.session';
const LOCK = 'balcao.session.renew';
/** A token with less life than this is renewed before it is used. */
const FRESH_MS = 15_000;

/** The login as it is stored. */
interface Stored extends Session {
  /**
   * The key of a renewal whose answer has not arrived: a page that is closed or a network that fails in between makes the
   * next attempt the same request again, and not the second use of an old token.
   */
  renewal?: string;
}

type Listener = (session: Session | null) => void;

export class SessionStore {
  private session: Stored | null;
  private refused = false;
  private renewing: Promise<RenewOutcome> | null = null;
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly storage: Storage = localStorage,
    private readonly post: typeof fetch = (...args) => fetch(...args),
  ) {
    this.session = this.read();
    addEventListener('storage', (event) => {
      if (event.key === KEY || event.key === null) this.adopt(this.read());
    });
  }

  readonly current = (): Session | null => this.session;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** After login or registration. */
  begin(session: Session): void {
    this.refused = false;
    this.write(session);
  }

  /** The person leaves. */
  end(): void {
    this.refused = false;
    this.write(null);
  }

  /** The server no longer accepts this login; the sign-in screen says so. */
  refuse(): void {
    this.refused = true;
    this.write(null);
  }

  endedByServer(): boolean {
    return this.refused;
  }

  setUser(user: SessionUser): void {
    if (this.session) this.write({ ...this.session, user });
  }

  /** An access token good for the next request, renewed first if need be; null when signed out. */
  async token(): Promise<string | null> {
    const session = this.session;
    if (!session) return null;
    const left = lifetime(session.accessToken);
    if (left === null || left > FRESH_MS) return session.accessToken;
    await this.renew(session.accessToken);
    return this.session?.accessToken ?? null;
  }

  /** Gets a token other than `stale`: another tab's, if it was quicker, else a refreshed one. */
  renew(stale: string): Promise<RenewOutcome> {
    this.renewing ??= exclusively(() => this.renewAlone(stale)).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewAlone(stale: string): Promise<RenewOutcome> {
    const stored = this.read();
    this.adopt(stored);
    if (!stored) return 'over';
    if (stored.accessToken !== stale) return 'renewed';

    const { renewal = newId(), ...session } = stored;
    this.write({ ...session, renewal });
    let response: Response;
    try {
      response = await this.post('/api/v1/auth/refresh', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': renewal },
        body: JSON.stringify({ refreshToken: stored.refreshToken }),
        keepalive: true,
      });
    } catch {
      return 'unreachable';
    }
    if (response.ok) {
      const tokens = (await response.json()) as Tokens;
      this.write({ ...session, ...tokens });
      return 'renewed';
    }
    if (response.status === 429 || response.status >= 500) return 'unreachable';
    this.refuse();
    return 'over';
  }

  private read(): Stored | null {
    try {
      const text = this.storage.getItem(KEY);
      return text ? (JSON.parse(text) as Stored) : null;
    } catch {
      return null;
    }
  }

  private write(session: Stored | null): void {
    if (session) this.storage.setItem(KEY, JSON.stringify(session));
    else this.storage.removeItem(KEY);
    this.adopt(session);
  }

  private adopt(session: Stored | null): void {
    if (JSON.stringify(session) === JSON.stringify(this.session)) return;
    this.session = session;
    for (const listener of this.listeners) listener(session);
  }
}

/** Milliseconds until a JWT ends; null if it does not tell. */
export function lifetime(token: string, now = Date.now()): number | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: number };
    return claims.exp === undefined ? null : claims.exp * 1000 - now;
  } catch {
    return null;
  }
}

/** One tab at a time. Web Locks exist in secure contexts only; over plain HTTP each tab has to look out for itself. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(LOCK, work) as Promise<T>) : work();
}

export const session = new SessionStore();
