import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { components } from '@/api/schema';
import type { Channel } from '@/api/types';

type Schemas = components['schemas'];

export function useChannel(id: string) {
  return useQuery({
    queryKey: [...keys.channels, id],
    queryFn: () => ask(api.GET('/api/v1/channels/{id}', { params: { path: { id } } })),
  });
}

/** Keeps what is known of a channel up to date with an answer. */
function useKnow() {
  const cache = useQueryClient();
  return (channel: Channel) => {
    cache.setQueryData([...keys.channels, channel.id], channel);
    void cache.invalidateQueries({ queryKey: [...keys.channels, 'list'] });
  };
}

export function useCreateChannel() {
  const know = useKnow();
  return useMutation({
    networkMode: 'always',
    mutationFn: ({ body, key }: { body: Schemas['NewChannelBody']; key: string }) =>
      ask(api.POST('/api/v1/channels', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSuccess: know,
  });
}

export function useUpdateChannel(id: string) {
  const know = useKnow();
  return useMutation({
    // Without a connection it fails at once, and says so, rather than wait unseen.
    networkMode: 'always',
    mutationFn: (body: Schemas['ChannelChangeBody']) =>
      ask(api.PATCH('/api/v1/channels/{id}', { params: { path: { id } }, body })),
    onSuccess: know,
  });
}

export function useDeleteChannel(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/channels/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      cache.removeQueries({ queryKey: [...keys.channels, id] });
      return cache.invalidateQueries({ queryKey: [...keys.channels, 'list'] });
    },
  });
}
