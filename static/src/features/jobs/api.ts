import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';

export function useDeadJobs() {
  return useInfiniteQuery({
    queryKey: [...keys.jobs, 'dead'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 25, state: 'dead' as const };
      return ask(api.GET('/api/v1/jobs', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
  });
}

export function useRetryJob() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.jobs }),
  });
}

export function useRemoveJob() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.jobs }),
  });
}
