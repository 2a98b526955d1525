/** Sends a file and tells how far it is: `fetch` cannot tell, so this is the one place with an older request. */
import { newId } from '@/ui/new-id';
import { Problem } from './problem';
import { session } from './session';
import type { Attachment } from './types';

export interface Upload {
  done: Promise<Attachment>;
  cancel(): void;
}

export function upload(file: File, progress: (share: number) => void): Upload {
  const key = newId();
  const aborted = new AbortController();
  const send = async (): Promise<Attachment> => {
    const token = await session.token();
    const answer = await post(file, token, key, progress, aborted.signal);
    if (answer.status !== 401 || token === null || (await session.renew(token)) !== 'renewed')
      return read(answer);
    return read(await post(file, await session.token(), key, progress, aborted.signal));
  };
  return { done: send(), cancel: () => aborted.abort() };
}

function read({ status, body }: { status: number; body: unknown }): Attachment {
  if (status === 201) return body as Attachment;
  throw new Problem(status, (body ?? {}) as object);
}

function post(
  file: File,
  token: string | null,
  key: string,
  progress: (share: number) => void,
  aborted: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(new Problem(0, {}));
    request.open('POST', '/api/v1/attachments');
    request.responseType = 'json';
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve({ status: request.status, body: request.response as unknown });
    request.onerror = lost;
    request.onabort = lost;
    aborted.addEventListener('abort', () => request.abort());
    if (aborted.aborted) return lost();
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
