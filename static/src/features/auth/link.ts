import { useState } from 'react';

/** What came behind the `#` of a link from a mail; browsers send it to no server. */
export function useLinkToken(): string {
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
  return token;
}
