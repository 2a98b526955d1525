const FIRST_MS = 500;
const MOST_MS = 15_000;

/** Full jitter: anywhere between nothing and an exponentially growing limit, so that clients of a restarted server spread out. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)));
}
