import { useEffect, useRef, useState } from 'react';
import type { LiveEntity } from '@/live/react';

/** What is read up to `last` is told to the others: once a second at most, and only while the page is looked at. */
export function useMarkRead(send: LiveEntity<unknown>['send'], last: string | null): void {
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const told = useRef<{ id: string; at: number } | null>(null);
  useEffect(() => {
    if (!isVisible || last === null || told.current?.id === last) return;
    const wait = Math.max(0, 1_000 - (Date.now() - (told.current?.at ?? 0)));
    const timer = setTimeout(() => {
      told.current = { id: last, at: Date.now() };
      // What could not be told now is told with the next message.
      send('mark_read', { message_id: last }).catch(() => undefined);
    }, wait);
    return () => clearTimeout(timer);
  }, [isVisible, last, send]);
}
