import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { useIdempotencyKeys } from '@/api/once';
import { keys } from '@/api/queries';
import type { Product } from '@/api/types';
import { sortText } from '@/ui/sorting';
import type { ListState } from './list-state';

export const PER_PAGE = 25;

/** What a person can write about a product. */
export type ProductFields = Pick<Product, 'name' | 'sku' | 'price' | 'description' | 'is_active'>;

export function useProductList({ search, standing, sort, page }: ListState) {
  return useQuery({
    queryKey: [...keys.products, 'list', { search, standing, sort, page }],
    queryFn: () => {
      const query = {
        page,
        per_page: PER_PAGE,
        sort: sortText(sort),
        ...(search && { search }),
        ...(standing && { is_active: standing === 'active' }),
      };
      return ask(api.GET('/api/v1/products', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

export function useProduct(id: string | null) {
  return useQuery({
    queryKey: [...keys.products, id],
    queryFn: () => ask(api.GET('/api/v1/products/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
  });
}

export function useCreateProduct() {
  const cache = useQueryClient();
  const onceFor = useIdempotencyKeys();
  return useMutation({
    mutationFn: (body: ProductFields) =>
      ask(api.POST('/api/v1/products', { params: { header: onceFor(body) }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.products }),
  });
}

export function useUpdateProduct() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, fields }: { id: string; fields: Partial<ProductFields> }) =>
      ask(api.PATCH('/api/v1/products/{id}', { params: { path: { id } }, body: fields })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.products }),
  });
}

export function useDeleteProduct() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/products/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.products });
      // What was bought of it no longer tells of what.
      void cache.invalidateQueries({ queryKey: keys.orders });
    },
  });
}

/** How many orders name the product. */
export function useOrdersOf(id: string | null) {
  return useQuery({
    queryKey: [...keys.orders, 'count', id],
    queryFn: async () => {
      const query = { page: 1, per_page: 1, product_id: id ?? '' };
      return (await ask(api.GET('/api/v1/orders', { params: { query } }))).total;
    },
    enabled: id !== null,
    // What is about to be lost is counted anew each time.
    staleTime: 0,
  });
}
