import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';

const SETTINGS = [...keys.bot, 'config'];

/** A setting of the bot; undefined in `data` where it was never set. */
export function useBotSetting(key: string) {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: async () => (await ask(api.GET('/api/v1/bot/config', {}))).items,
    select: (items) => ({ value: items.find((item) => item.key === key)?.value }),
  });
}

export function useSaveBotSetting(key: string) {
  const cache = useQueryClient();
  return useMutation({
    // Without a connection it fails at once, and says so, rather than wait unseen.
    networkMode: 'always',
    mutationFn: (value: unknown) =>
      ask(
        api.PUT('/api/v1/bot/config/{key}', {
          params: { path: { key } },
          body: { value },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: SETTINGS }),
  });
}

/** The company's clock. */
export function useTimeZone() {
  return useQuery({
    queryKey: ['settings'],
    queryFn: () => ask(api.GET('/api/v1/settings', {})),
    select: ({ time_zone }) => time_zone,
  });
}
