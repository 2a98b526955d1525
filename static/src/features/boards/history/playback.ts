/** Plays a history forward, one event after another, at the speed one likes. */
import { useEffect, useState } from 'react';
import type { BoardHistory } from './use-history';

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];
const STEP_MS = 1_200;

export interface Playback {
  playing: boolean;
  speed: Speed;
  toggle(): void;
  faster(): void;
  stop(): void;
}

export function usePlayback({ range, seq, moment, status, go }: BoardHistory): Playback {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const first = range?.first ?? 0;
  const last = range?.last ?? 0;
  const atEnd = seq >= last;
  const isDrawn = moment?.seq === seq;

  useEffect(() => {
    // A window that is still on its way, or a board still being drawn, holds the film; one that cannot be had ends it.
    if (!playing || status === 'loading' || (status === 'ready' && !isDrawn)) return;
    if (atEnd || status !== 'ready') return setPlaying(false);
    const timer = setTimeout(() => go(seq + 1), STEP_MS / speed);
    return () => clearTimeout(timer);
  }, [playing, speed, seq, isDrawn, atEnd, status, go]);

  return {
    playing,
    speed,
    toggle() {
      if (!playing && atEnd) go(first);
      setPlaying(!playing && last > first);
    },
    faster: () => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1),
    stop: () => setPlaying(false),
  };
}
