import { describe, expect, it } from 'vitest';
import { hearOnline, startOnline } from './online';

const since = '2026-11-22T12:00:00Z';
const hint = (user_id: string, status: string) => ({
  topic: 'presence',
  type: 'presence.changed',
  data: { user_id, status, since },
});

describe('who is online', () => {
  const start = startOnline({ users: [{ id: 'vera', full_name: 'Vera Lima', status: 'online', since }] });

  it('are those of the start, changed by each hint', () => {
    const away = hearOnline(start, hint('vera', 'away'));
    const both = hearOnline(away, hint('bia', 'online'));
    expect([...both]).toEqual([
      ['vera', 'away'],
      ['bia', 'online'],
    ]);
    expect([...hearOnline(both, hint('vera', 'offline'))]).toEqual([['bia', 'online']]);
    expect([...start]).toEqual([['vera', 'online']]);
  });

  it('are not changed by a hint that this client does not know', () => {
    expect(hearOnline(start, { topic: 'presence', type: 'presence.renamed', data: {} })).toBe(start);
  });
});
