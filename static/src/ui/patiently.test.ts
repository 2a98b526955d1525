import { afterEach, expect, it, vi } from 'vitest';
import { patiently } from './patiently';

afterEach(() => vi.useRealTimers());

it('tries again once there is a connection, and now and then without a word of one', async () => {
  vi.useFakeTimers();
  const load = vi.fn<() => Promise<string>>();
  load.mockRejectedValueOnce(new TypeError('offline')).mockRejectedValueOnce(new TypeError('offline'));
  load.mockResolvedValueOnce('here');
  const loaded = patiently(load)();
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await loaded).toBe('here');
});
