import { beforeEach, describe, expect, it, vi } from 'vitest';
import { lifetime, SessionStore } from './session';
import type { Session } from './types';

const user = {
  id: 'ana',
  email: 'ana@demo.balcao.local',
  full_name: 'Ana',
  role: 'attendant' as const,
  avatar_url: null,
  tenant: { id: 't', name: 'Demo', slug: 'demo' },
};
const token = (seconds: number, name = 'x') =>
  `h.${btoa(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds, name }))}.s`;
const stored = (session: Partial<Session> = {}): Session => ({
  user,
  accessToken: token(900),
  refreshToken: 'refresh-1',
  ...session,
});

/** A server that rotates refresh tokens and ends the login when an old one comes back. */
function rotating() {
  let valid = 'refresh-1';
  let ended = false;
  let count = 1;
  return vi.fn(async (_url: unknown, init?: RequestInit) => {
    const { refreshToken } = JSON.parse(String(init?.body)) as { refreshToken: string };
    await Promise.resolve();
    if (ended || refreshToken !== valid) {
      ended = true;
      return new Response('{}', { status: 401 });
    }
    count += 1;
    valid = `refresh-${count}`;
    return Response.json({ accessToken: token(900, `access-${count}`), refreshToken: valid });
  }) as unknown as typeof fetch & ReturnType<typeof vi.fn>;
}

/** Web Locks as a browser has them: one holder at a time, over all tabs. */
function locks() {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    request: (_name: string, work: () => Promise<unknown>) => {
      const turn = tail.then(work);
      tail = turn.catch(() => undefined);
      return turn;
    },
  };
}

beforeEach(() => {
  localStorage.clear();
  Object.defineProperty(navigator, 'locks', { value: locks(), configurable: true });
});

describe('the login of a browser', () => {
  it('hands out the token it has while that is fresh', async () => {
    const server = rotating();
    const store = new SessionStore(localStorage, server);
    const session = stored();
    store.begin(session);
    expect(await store.token()).toBe(session.accessToken);
    expect(server).not.toHaveBeenCalled();
  });

  it('refreshes once for many callers', async () => {
    const server = rotating();
    const store = new SessionStore(localStorage, server);
    store.begin(stored({ accessToken: token(5) }));
    const tokens = await Promise.all([store.token(), store.token(), store.token()]);
    expect(server).toHaveBeenCalledTimes(1);
    expect(new Set(tokens).size).toBe(1);
  });

  it('refreshes once for many tabs, so that rotation never sees an old token', async () => {
    const server = rotating();
    const stale = token(5);
    new SessionStore(localStorage, server).begin(stored({ accessToken: stale }));
    const tabs = Array.from({ length: 5 }, () => new SessionStore(localStorage, server));
    const outcomes = await Promise.all(tabs.map((tab) => tab.renew(stale)));
    expect(outcomes).toEqual(['renewed', 'renewed', 'renewed', 'renewed', 'renewed']);
    expect(server).toHaveBeenCalledTimes(1);
    expect(new Set(tabs.map((tab) => tab.current()?.refreshToken))).toEqual(new Set(['refresh-2']));
  });

  it('is over when the server refuses the refresh token', async () => {
    const server = rotating();
    const store = new SessionStore(localStorage, server);
    const heard = vi.fn();
    store.subscribe(heard);
    store.begin(stored({ refreshToken: 'stolen', accessToken: token(5) }));
    expect(await store.token()).toBeNull();
    expect(store.endedByServer()).toBe(true);
    expect(heard).toHaveBeenLastCalledWith(null);
  });

  it.each([503, 429])('survives a server that answers %d', async (status) => {
    const store = new SessionStore(localStorage, async () => new Response('{}', { status }));
    const session = stored({ accessToken: token(5) });
    store.begin(session);
    expect(await store.renew(session.accessToken)).toBe('unreachable');
    expect(store.current()?.refreshToken).toBe('refresh-1');
  });

  it('repeats a renewal whose answer was lost under the same key', async () => {
    const keys: (string | null)[] = [];
    const server: typeof fetch = async (_url, init) => {
      keys.push(new Headers(init?.headers).get('Idempotency-Key'));
      if (keys.length === 1) throw new TypeError('network');
      return Response.json({ accessToken: token(900, 'new'), refreshToken: `refresh-${keys.length}` });
    };
    const stale = token(5);
    new SessionStore(localStorage, server).begin(stored({ accessToken: stale }));
    expect(await new SessionStore(localStorage, server).renew(stale)).toBe('unreachable');
    const reloaded = new SessionStore(localStorage, server);
    expect(await reloaded.renew(stale)).toBe('renewed');
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);

    await reloaded.renew(reloaded.current()?.accessToken ?? '');
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('survives a network that is away', async () => {
    const store = new SessionStore(localStorage, async () => {
      throw new TypeError('network');
    });
    store.begin(stored());
    expect(await store.renew(store.current()?.accessToken ?? '')).toBe('unreachable');
  });

  it('follows another tab that signs out', () => {
    const store = new SessionStore(localStorage, rotating());
    store.begin(stored());
    localStorage.removeItem('balcao.session');
    dispatchEvent(new StorageEvent('storage', { key: 'balcao.session' }));
    expect(store.current()).toBeNull();
    expect(store.endedByServer()).toBe(false);
  });
});

it('reads how long a token lives, and takes what it cannot read for unknown', () => {
  expect(lifetime(token(60))).toBeGreaterThan(55_000);
  expect(lifetime('opaque')).toBeNull();
});
