import { type ReactNode, useEffect, useState } from 'react';

/** Shows a skeleton only when loading takes long enough to be noticed, so that quick answers do not flicker. */
export function Delayed({ children, ms = 150 }: { children: ReactNode; ms?: number }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return due ? children : null;
}
