/** Products by id, for the names of what was bought. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, ask } from './client';
import { keys } from './queries';
import type { Product } from './types';

const PER_PAGE = 100;
/** A catalogue beyond this is searched, not listed. */
const MOST = 1_000;

export function useProducts() {
  const query = useQuery({
    queryKey: [...keys.products, 'all'],
    queryFn: async () => {
      const products: Product[] = [];
      for (let page = 1; products.length < MOST; page += 1) {
        const query = { page, per_page: PER_PAGE, sort: 'name' };
        const { items, total } = await ask(api.GET('/api/v1/products', { params: { query } }));
        products.push(...items);
        if (items.length === 0 || products.length >= total) break;
      }
      return products;
    },
    staleTime: 60_000,
  });
  const products = query.data;
  return useMemo(() => new Map((products ?? []).map((product) => [product.id, product])), [products]);
}
