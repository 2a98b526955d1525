/** Mails that were kept, as where no mail server is set; for administrators. */
import { useQuery } from '@tanstack/react-query';
import { api, ask } from './client';
import { useMayI } from './queries';

/** There is no hint at a new mail: while one looks for it, it is asked for. */
const LOOK_MS = 4_000;

export function useOutbox(options: { watch: boolean }) {
  const enabled = useMayI('users.manage');
  return useQuery({
    queryKey: ['outbox'],
    queryFn: () => ask(api.GET('/api/v1/outbox', {})),
    enabled,
    refetchInterval: (query) => options.watch && !query.state.data?.is_sending && LOOK_MS,
  });
}
