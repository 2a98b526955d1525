import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { useIdempotencyKeys } from '@/api/once';
import { keys } from '@/api/queries';
import type { Company } from '@/api/types';
import { useFeedRefresh } from '@/live/react';
import { sortText } from '@/ui/sorting';
import type { ListState } from './list-state';

export const PER_PAGE = 25;
const LEADS_PER_PAGE = 20;

/** What a person can write about a company. */
export type CompanyFields = Pick<
  Company,
  | 'name'
  | 'legal_name'
  | 'cnpj'
  | 'email'
  | 'phone'
  | 'website'
  | 'industry'
  | 'size'
  | 'address'
  | 'notes'
  | 'owner_id'
>;

/** Reads again what is shown of companies whenever somebody has changed one. */
export const useLiveCompanies = (): void => useFeedRefresh('companies', keys.companies);
export const useLiveContacts = (): void => useFeedRefresh('contacts', keys.contacts);

export function useCompanies(state: ListState) {
  const { search, industry, size, owner, sort, page } = state;
  return useQuery({
    queryKey: [...keys.companies, 'list', state],
    queryFn: () => {
      const query = {
        page,
        per_page: PER_PAGE,
        sort: sortText(sort),
        ...(search && { search }),
        ...(industry && { industry }),
        ...(size && { size }),
        ...(owner && { owner_id: owner }),
      };
      return ask(api.GET('/api/v1/companies', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

export function useCompany(id: string) {
  return useQuery({
    queryKey: [...keys.companies, id],
    queryFn: () => ask(api.GET('/api/v1/companies/{id}', { params: { path: { id } } })),
  });
}

export function useCompanyLeads(id: string, enabled = true) {
  return useInfiniteQuery({
    queryKey: [...keys.companies, id, 'leads'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: LEADS_PER_PAGE, sort: '-updated_at' };
      return ask(api.GET('/api/v1/companies/{id}/leads', { params: { path: { id }, query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
    enabled,
  });
}

/** The first of those of the contacts who belong to the company, and how many there are. */
export function useCompanyContacts(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.contacts, 'of', id],
    queryFn: () => {
      const query = { page: 1, per_page: 10, sort: 'name', company_id: id };
      return ask(api.GET('/api/v1/contacts', { params: { query } }));
    },
    enabled,
  });
}

export function useCompanyActivities(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.companies, id, 'activities'],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: 10 };
      return ask(api.GET('/api/v1/companies/{id}/activities', { params: { path: { id }, query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
  });
}

export function useOrphans(id: string, asked: boolean) {
  return useQuery({
    queryKey: [...keys.companies, id, 'orphans'],
    queryFn: () => ask(api.GET('/api/v1/companies/{id}/orphans', { params: { path: { id } } })),
    enabled: asked,
    // What is about to be lost is counted anew each time.
    staleTime: 0,
  });
}

type Traits = { name?: string; cnpj?: string; email?: string; phone?: string };

/** Companies that look like what is being typed, but for the one being edited. */
export function useDuplicates(traits: Traits, except: string | null) {
  const asked = Object.values(traits).some(Boolean);
  return useQuery({
    queryKey: [...keys.companies, 'duplicates', traits],
    queryFn: () => ask(api.GET('/api/v1/companies/duplicates', { params: { query: traits } })),
    enabled: asked,
    select: ({ items }) => items.filter(({ id }) => id !== except),
    placeholderData: asked ? keepPreviousData : undefined,
  });
}

export function useCreateCompany() {
  const cache = useQueryClient();
  const onceFor = useIdempotencyKeys();
  return useMutation({
    mutationFn: (body: CompanyFields) =>
      ask(api.POST('/api/v1/companies', { params: { header: onceFor(body) }, body })),
    onSuccess: () => afterChange(cache),
  });
}

export function useUpdateCompany(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<CompanyFields>) =>
      ask(api.PUT('/api/v1/companies/{id}', { params: { path: { id } }, body })),
    onSuccess: (company) => {
      cache.setQueryData([...keys.companies, id], company);
      return afterChange(cache);
    },
  });
}

export function useDeleteCompany(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/companies/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: [...keys.companies, 'list'] });
      void cache.invalidateQueries({ queryKey: keys.dashboard });
    },
  });
}

async function afterChange(cache: ReturnType<typeof useQueryClient>): Promise<void> {
  void cache.invalidateQueries({ queryKey: keys.dashboard });
  await cache.invalidateQueries({ queryKey: keys.companies });
}
