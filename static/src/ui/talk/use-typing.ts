import { useCallback, useEffect, useMemo, useRef } from 'react';
import { type Activity, VIEWING } from '@/live/presence';
import { live } from '@/live/react';

const TYPING: Activity = { name: 'typing', data: {} };

export interface Typing {
  typing(what?: Activity): void;
  done(): void;
}

/** That one writes is said while one does, and a while after the last key it is not. */
export function useTyping(topic: string): Typing {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const done = useCallback(() => {
    clearTimeout(timer.current);
    live.say(topic, VIEWING);
  }, [topic]);
  const typing = useCallback(
    (what = TYPING) => {
      live.say(topic, what);
      clearTimeout(timer.current);
      timer.current = setTimeout(done, 4_000);
    },
    [topic, done],
  );
  useEffect(() => {
    live.say(topic, VIEWING);
    return () => {
      clearTimeout(timer.current);
      live.say(topic, VIEWING);
      live.say(topic, null);
    };
  }, [topic]);
  return useMemo(() => ({ typing, done }), [typing, done]);
}
