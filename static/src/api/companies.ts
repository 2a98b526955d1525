/** Companies, for whoever looks for one by its name or links to one. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { newId } from '@/ui/new-id';
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

/** What a company is called now; undefined while that is not known. */
export function useCompanyName(id: string | null): string | undefined {
  const query = useQuery({
    queryKey: [...keys.companies, id],
    queryFn: () => ask(api.GET('/api/v1/companies/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
    staleTime: 60_000,
  });
  return query.data?.name;
}

/** Makes a company of which only the name is known yet. */
export function useNameCompany() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, key = newId() }: { name: string; key?: string }) =>
      ask(api.POST('/api/v1/companies', { params: { header: { 'Idempotency-Key': key } }, body: { name } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.companies }),
  });
}
