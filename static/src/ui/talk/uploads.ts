/** The files that are to go with the next message. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { type Upload, upload } from '@/api/upload';
import { describeError } from '@/ui/errors';
import { newId } from '@/ui/new-id';

/** What stands in a sent file's place until the server has told of it; it goes with the command only in this window. */
const known = new Map<string, Attachment>();
export const uploaded = (id: unknown): Attachment | null => known.get(String(id)) ?? null;

export interface PendingFile {
  id: string;
  file: File;
  /** From 0 to 1. */
  progress: number;
  error: string | null;
  attachment: Attachment | null;
}

export interface Uploads {
  files: PendingFile[];
  add(files: Iterable<File>): void;
  retry(id: string): void;
  remove(id: string): void;
  clear(): void;
}

export function useUploads(): Uploads {
  const { t } = useTranslation();
  const [files, setFiles] = useState<PendingFile[]>([]);
  const running = useRef(new Map<string, Upload>());

  const change = useCallback((id: string, patch: Partial<PendingFile>) => {
    setFiles((all) => all.map((one) => (one.id === id ? { ...one, ...patch } : one)));
  }, []);
  const start = useCallback(
    (id: string, file: File) => {
      const sending = upload(file, (progress) => change(id, { progress }));
      running.current.set(id, sending);
      sending.done.then(
        (attachment) => {
          known.set(attachment.id, attachment);
          change(id, { attachment, progress: 1 });
        },
        (error: unknown) => change(id, { error: describeError(error, t) }),
      );
    },
    [change, t],
  );
  useEffect(() => {
    const uploads = running.current;
    return () => {
      for (const sending of uploads.values()) sending.cancel();
    };
  }, []);

  const remove = (id: string) => {
    running.current.get(id)?.cancel();
    running.current.delete(id);
    setFiles((all) => all.filter((one) => one.id !== id));
  };
  return {
    files,
    add(added) {
      const fresh = [...added].map((file) => ({
        id: newId(),
        file,
        progress: 0,
        error: null,
        attachment: null,
      }));
      setFiles((all) => [...all, ...fresh]);
      for (const { id, file } of fresh) start(id, file);
    },
    retry(id) {
      const again = files.find((one) => one.id === id);
      if (!again) return;
      change(id, { error: null, progress: 0 });
      start(id, again.file);
    },
    remove,
    clear() {
      running.current.clear();
      setFiles([]);
    },
  };
}
