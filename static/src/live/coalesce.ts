export interface Coalesced {
  call(): void;
  cancel(): void;
}

/** Many calls, one run: soon after the first of them, and never more often than spaced. */
export function coalesce(run: () => void, soonMs: number, spacedMs: number): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ranAt = Number.NEGATIVE_INFINITY;
  return {
    call() {
      if (timer !== undefined) return;
      const wait = Math.max(soonMs, ranAt + spacedMs - Date.now());
      timer = setTimeout(() => {
        timer = undefined;
        ranAt = Date.now();
        run();
      }, wait);
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
