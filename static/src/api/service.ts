/** What several screens of customer service read: the channels, the queues, and the flows that the bot can run. */
import { useQuery } from '@tanstack/react-query';
import { api, ask } from './client';
import { keys } from './queries';

const PER_PAGE = 100;

/** Every channel, by name. */
export function useChannels(enabled = true) {
  return useQuery({
    queryKey: [...keys.channels, 'list'],
    queryFn: () => ask(api.GET('/api/v1/channels', { params: { query: { page: 1, per_page: PER_PAGE } } })),
    enabled,
  });
}

/** Where customers wait, by name. */
export function useQueues() {
  return useQuery({
    queryKey: keys.queues,
    queryFn: async () => (await ask(api.GET('/api/v1/queues', {}))).items,
  });
}

/** The flows, the default one first. */
export function useFlows(enabled = true) {
  return useQuery({
    queryKey: [...keys.bot, 'flows'],
    queryFn: () => ask(api.GET('/api/v1/bot/flows', { params: { query: { page: 1, per_page: PER_PAGE } } })),
    enabled,
  });
}
