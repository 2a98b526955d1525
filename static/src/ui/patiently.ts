const AGAIN_MS = 5_000;

/**
 * Loads code that works beside the screen. Where it cannot be fetched, as without a connection, it is tried again rather than
 * taking the whole screen down.
 */
export function patiently<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (;;) {
      try {
        return await load();
      } catch {
        await connection();
      }
    }
  };
}

/** Until the browser says that there is one, or it is time to look. */
function connection(): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      window.removeEventListener('online', go);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(go, AGAIN_MS);
    window.addEventListener('online', go);
  });
}
