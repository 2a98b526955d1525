import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';
import type { Draft, Flow } from './drawing';

type Schemas = components['schemas'];
export type Simulation = Whole<Schemas['BotSimulation']>;
export type SimulationBody = Schemas['BotSimulationBody'];

const flowOf = (id: string) => ({
  queryKey: [...keys.bot, 'flows', id],
  queryFn: (): Promise<Flow> => ask(api.GET('/api/v1/bot/flows/{id}', { params: { path: { id } } })),
});

export function useFlow(id: string) {
  return useQuery({
    ...flowOf(id),
    // It is drawn from here on: what others made of it meanwhile is looked at on coming back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
  });
}

/** Asks for the flow as it is now, beside the one that is being drawn. */
export function useLookAtFlow(id: string): () => Promise<Flow> {
  return flowOf(id).queryFn;
}

const VERSIONS_SHOWN = 20;

/** Keeps what is known of a flow up to date with an answer. */
function useKnow() {
  const cache = useQueryClient();
  return (flow: Flow) => {
    cache.setQueryData([...keys.bot, 'flows', flow.id], flow);
    void cache.invalidateQueries({ queryKey: [...keys.bot, 'flows'], exact: true });
  };
}

/** `base` is when the server's draft last changed as far as is known here: it refuses what was drawn from an older one. */
export function useSaveFlow(id: string, base: { current: string }) {
  const know = useKnow();
  return useMutation({
    // Without a connection it fails at once, and says so, rather than wait unseen.
    networkMode: 'always',
    mutationFn: async (draft: Draft) => {
      const body = { ...draft, if_updated_at: base.current };
      const saved = await ask(api.PUT('/api/v1/bot/flows/{id}', { params: { path: { id } }, body }));
      base.current = saved.updated_at;
      return saved;
    },
    onSuccess: know,
  });
}

/** What was published, newest first: as much as one looks back on. */
export function useVersions(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.bot, 'flows', id, 'versions'],
    queryFn: async () => {
      const params = { path: { id }, query: { page: 1, per_page: VERSIONS_SHOWN } };
      return (await ask(api.GET('/api/v1/bot/flows/{id}/versions', { params }))).items;
    },
    enabled,
    staleTime: 0,
  });
}

/** The flow as it was published under this number. */
export function useFetchVersion(id: string) {
  return useMutation({
    networkMode: 'always',
    mutationFn: async (number: number) => {
      const params = { path: { id, number } };
      return (await ask(api.GET('/api/v1/bot/flows/{id}/versions/{number}', { params }))).flow;
    },
  });
}

export function usePublishFlow(id: string) {
  const know = useKnow();
  return useMutation({
    mutationFn: () => ask(api.POST('/api/v1/bot/flows/{id}/publish', { params: { path: { id } } })),
    onSuccess: know,
  });
}

export function useCreateFlow() {
  const know = useKnow();
  return useMutation({
    mutationFn: (body: Draft) => ask(api.POST('/api/v1/bot/flows', { body })),
    onSuccess: know,
  });
}

export function useMakeDefault() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(
        api.PUT('/api/v1/bot/flows/{id}', {
          params: { path: { id } },
          body: { is_default: true },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.bot }),
  });
}

export function useDeleteFlow() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/bot/flows/{id}', { params: { path: { id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.bot }),
  });
}

/** Plays the draft as the server has it. */
export function useSimulate(id: string) {
  return useMutation({
    mutationFn: (body: SimulationBody) =>
      ask(api.POST('/api/v1/bot/flows/{id}/simulate', { params: { path: { id } }, body })),
  });
}
