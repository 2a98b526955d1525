/** Who of the company is online. */
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import type { components } from '@/api/schema';

export type Status = components['schemas']['Status'];

const ONLINE = ['chat', 'online'] as const;

/** Where somebody is; null while that is not known. Who is not listed is offline. */
export function useStatus(userId: string): Status | null {
  const { data } = useQuery({
    queryKey: ONLINE,
    queryFn: async () => {
      const people = await ask(api.GET('/api/v1/users/online', {}));
      return new Map<string, Status>(people.map(({ id, status }) => [id, status]));
    },
    refetchInterval: 15_000,
    refetchOnWindowFocus: true,
  });
  return data ? (data.get(userId) ?? 'offline') : null;
}
