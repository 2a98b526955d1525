import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DraftSaver, SAVE_AFTER_MS, type SaveState } from './draft-saver';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server that answers when it is told to. */
function aServer() {
  const calls: { draft: string; answer(error?: Error): void }[] = [];
  const states: SaveState[] = [];
  const send = (draft: string) =>
    new Promise<void>((resolve, reject) => {
      calls.push({ draft, answer: (error) => (error ? reject(error) : resolve()) });
    });
  return { calls, states, saver: new DraftSaver<string>(send, (state) => states.push(state)) };
}

it('sends the last of several changes, a little after it', async () => {
  const { calls, saver } = aServer();
  saver.change('a');
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS - 1);
  saver.change('ab');
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS - 1);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls.map(({ draft }) => draft)).toEqual(['ab']);
});

it('sends what changed meanwhile after the answer, never beside it, and is saved only then', async () => {
  const { calls, states, saver } = aServer();
  saver.change('a');
  const saved = saver.flush();
  saver.change('b');
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
  expect(calls.map(({ draft }) => draft)).toEqual(['a']);
  calls[0]?.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(calls.map(({ draft }) => draft)).toEqual(['a', 'b']);
  expect(states).not.toContain('saved');
  calls[1]?.answer();
  await saved;
  expect(states.at(-1)).toBe('saved');
});

it('keeps what could not be saved for the next try', async () => {
  const { calls, states, saver } = aServer();
  saver.change('a');
  const failed = saver.flush();
  calls[0]?.answer(new Error('away'));
  await expect(failed).rejects.toThrow('away');
  expect(states.at(-1)).toBe('failed');
  const saved = saver.flush();
  calls[1]?.answer();
  await saved;
  expect(calls.map(({ draft }) => draft)).toEqual(['a', 'a']);
});
