/** Sends files and tells how far they are: `fetch` cannot tell, so this is the one place with an older request. */
import { newId } from '@/ui/new-id';
import { Problem } from './problem';
import { session } from './session';
import type { Attachment } from './types';

export interface Upload<T = Attachment> {
  done: Promise<T>;
  cancel(): void;
}

type Progress = (share: number) => void;

export function upload(file: File, progress: Progress): Upload<Attachment> {
  const form = new FormData();
  form.append('file', file, file.name);
  return uploadForm('/api/v1/attachments', form, progress);
}

/** The same key again makes nothing twice. */
export function uploadForm<T>(path: string, form: FormData, progress: Progress, key = newId()): Upload<T> {
  const aborted = new AbortController();
  const send = async (): Promise<T> => {
    const token = await session.token();
    const answer = await post(path, form, token, key, progress, aborted.signal);
    if (answer.status !== 401 || token === null || (await session.renew(token)) !== 'renewed')
      return read(answer);
    return read(await post(path, form, await session.token(), key, progress, aborted.signal));
  };
  return { done: send(), cancel: () => aborted.abort() };
}

function read<T>({ status, body }: { status: number; body: unknown }): T {
  if (status >= 200 && status < 300) return body as T;
  throw new Problem(status, (body ?? {}) as object);
}

function post(
  path: string,
  form: FormData,
  token: string | null,
  key: string,
  progress: Progress,
  aborted: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(new Problem(0, {}));
    request.open('POST', path);
    request.responseType = 'json';
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve({ status: request.status, body: request.response as unknown });
    request.onerror = lost;
    request.onabort = lost;
    aborted.addEventListener('abort', () => request.abort());
    if (aborted.aborted) return lost();
    request.send(form);
  });
}
