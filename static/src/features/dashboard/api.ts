import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { useFeedRefresh } from '@/live/react';
import { type Period, periodQuery } from './period';

/** The feed tells of what happens; that a new day has begun it does not. */
const REFRESH_MS = 300_000;

/** Reads the figures again whenever something has happened that they count. */
export const useLiveFigures = (): void => useFeedRefresh('dashboard', keys.dashboard);

export function useOverview(period: Period) {
  const query = periodQuery(period);
  return useQuery({
    queryKey: [...keys.dashboard, 'overview', query],
    queryFn: () => ask(api.GET('/api/v1/dashboard/overview', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: 'always',
    refetchInterval: REFRESH_MS,
  });
}

export function useKpis(period: Period) {
  const query = periodQuery(period);
  return useQuery({
    queryKey: [...keys.dashboard, 'kpis', query],
    queryFn: () => ask(api.GET('/api/v1/dashboard/kpis', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: 'always',
    refetchInterval: REFRESH_MS,
  });
}
