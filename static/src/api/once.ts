import { useRef } from 'react';
import { newId } from '@/ui/new-id';

/** A form sent again after an answer was lost must not make a second thing: the same content goes under the same key. */
export function useIdempotencyKeys() {
  const sent = useRef({ body: '', key: '' });
  return (body: object) => {
    const text = JSON.stringify(body);
    if (sent.current.body !== text) sent.current = { body: text, key: newId() };
    return { 'Idempotency-Key': sent.current.key };
  };
}
