import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { type Period, periodQuery } from './period';

/** How old the figures get while one looks at them. */
const REFRESH_MS = 60_000;

/** Figures are read again when one comes back to them, and now and then while one stays. */
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
