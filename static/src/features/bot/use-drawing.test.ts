import { expect, it } from 'vitest';
import type { Draft } from './drawing';
import { step } from './use-drawing';

const named = (name: string) => (draft: Draft) => ({ ...draft, name });
const begin = { draft: { name: 'a', start: '', nodes: [] }, past: [], future: [], about: null };

it('takes typing in one field back at once, and other changes one by one', () => {
  let drawn = step(begin, { type: 'change', change: named('ab'), about: 'name' });
  drawn = step(drawn, { type: 'change', change: named('abc'), about: 'name' });
  drawn = step(drawn, { type: 'change', change: named('x'), about: null });
  const back = step(drawn, { type: 'undo' });
  expect(back.draft.name).toBe('abc');
  const first = step(back, { type: 'undo' });
  expect(first.draft.name).toBe('a');
  expect(step(first, { type: 'undo' })).toBe(first);
  const again = step(first, { type: 'redo' });
  expect(again.draft.name).toBe('abc');
  expect(step(again, { type: 'change', change: named('y'), about: null }).future).toEqual([]);
});
