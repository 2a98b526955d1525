import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, ask } from '@/api/client';
import { Problem } from '@/api/problem';
import { keys, useMe } from '@/api/queries';
import type { Import } from '@/api/types';
import { uploadForm } from '@/api/upload';
import { newId } from '@/ui/new-id';
import type { Field } from './columns';
import { recent, sentFiles } from './recent';

/** What the server takes. */
export const LARGEST_FILE = 32 * 1024 * 1024;
const LOOK_AGAIN_MS = 1_000;

export interface Sending {
  file: File;
  mapping: Partial<Record<Field, string>>;
}

/** Sends a file to be read. It goes on, and is remembered, when the screen is left meanwhile. */
export function useStartImport() {
  const me = useMe().data?.id ?? '';
  const [share, setShare] = useState(0);
  const sent = useRef<{ of: Sending; key: string } | null>(null);
  const mutation = useMutation({
    mutationFn: async (sending: Sending) => {
      setShare(0);
      // The same file with the same columns again is the same import.
      if (sent.current?.of !== sending) sent.current = { of: sending, key: newId() };
      const form = new FormData();
      form.append('file', sending.file, sending.file.name);
      form.append('mapping', JSON.stringify(sending.mapping));
      const upload = uploadForm<{ job_id: string }>(
        '/api/v1/contacts/import',
        form,
        setShare,
        sent.current.key,
      );
      const { job_id } = await upload.done;
      sentFiles.set(job_id, sending.file);
      recent.add({ id: job_id, filename: sending.file.name, by: me });
      return job_id;
    },
  });
  return { ...mutation, share };
}

const isOver = (status: string | undefined): boolean => status === 'done' || status === 'failed';

/** How far an import is, for as long as it runs. */
export function useImport(id: string | null) {
  const cache = useQueryClient();
  return useQuery({
    queryKey: [...keys.imports, id],
    queryFn: async () => {
      const now = await ask(api.GET('/api/v1/imports/{job_id}', { params: { path: { job_id: id ?? '' } } }));
      if (isOver(now.status)) void cache.invalidateQueries({ queryKey: keys.contacts });
      return now;
    },
    enabled: id !== null,
    staleTime: ({ state }) => (isOver(state.data?.status) ? Number.POSITIVE_INFINITY : 0),
    refetchInterval: ({ state }) => {
      const isGone = state.error instanceof Problem && state.error.status === 404;
      return isGone || isOver(state.data?.status) ? false : LOOK_AGAIN_MS;
    },
  });
}

/** From 0 to 1; nothing is known until the file has been looked at. */
export const shareDone = ({ total, processed }: Import): number => (total > 0 ? processed / total : 0);

export { isOver };
