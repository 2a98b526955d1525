import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';
import type { Draft, Flow } from './drawing';

type Schemas = components['schemas'];
export type Simulation = Whole<Schemas['BotSimulation']>;
export type SimulationBody = Schemas['BotSimulationBody'];

const FLOWS_PER_PAGE = 100;

export function useFlows() {
  return useQuery({
    queryKey: [...keys.bot, 'flows'],
    queryFn: () =>
      ask(api.GET('/api/v1/bot/flows', { params: { query: { page: 1, per_page: FLOWS_PER_PAGE } } })),
  });
}

export function useFlow(id: string) {
  return useQuery({
    queryKey: [...keys.bot, 'flows', id],
    queryFn: () => ask(api.GET('/api/v1/bot/flows/{id}', { params: { path: { id } } })),
    // It is drawn from here on: what the server has is only asked for when the editor opens.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Keeps what is known of a flow up to date with an answer. */
function useKnow() {
  const cache = useQueryClient();
  return (flow: Flow) => {
    cache.setQueryData([...keys.bot, 'flows', flow.id], flow);
    void cache.invalidateQueries({ queryKey: [...keys.bot, 'flows'], exact: true });
  };
}

export function useSaveFlow(id: string) {
  const know = useKnow();
  return useMutation({
    mutationFn: (body: Draft) => ask(api.PUT('/api/v1/bot/flows/{id}', { params: { path: { id } }, body })),
    onSuccess: know,
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
