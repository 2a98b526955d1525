/** Companies, for whoever looks for one by its name. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from './client';
import { keys } from './queries';

const FOUND = 8;

/** The first companies that fit what is being typed. */
export function useCompanySearch(text: string, enabled: boolean) {
  const [search] = useDebouncedValue(text.trim(), 200);
  return useQuery({
    queryKey: [...keys.companies, 'search', search],
    queryFn: async () => {
      const query = { page: 1, per_page: FOUND, sort: 'name', ...(search && { search }) };
      return (await ask(api.GET('/api/v1/companies', { params: { query } }))).items;
    },
    enabled,
    placeholderData: keepPreviousData,
  });
}
