import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { BoardSummary } from './types';

const PER_PAGE = 60;

export function useBoards(search: string, withArchived: boolean) {
  return useInfiniteQuery({
    queryKey: [...keys.boards, 'list', search, withArchived],
    queryFn: ({ pageParam }) => {
      const query = {
        page: pageParam,
        per_page: PER_PAGE,
        ...(search && { search }),
        ...(!withArchived && { archived: false }),
      };
      return ask(api.GET('/api/v1/boards', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
    placeholderData: (previous) => previous,
  });
}

export interface BoardFields {
  name?: string;
  description?: string | null;
  archived?: boolean;
  is_default?: boolean;
}

export function useCreateBoard() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; description: string | null }) =>
      ask(api.POST('/api/v1/boards', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.boards }),
  });
}

export function useUpdateBoard(board: Pick<BoardSummary, 'id'>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: BoardFields) =>
      ask(api.PUT('/api/v1/boards/{id}', { params: { path: { id: board.id } }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.boards }),
  });
}

export function useDeleteBoard(board: Pick<BoardSummary, 'id'>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/boards/{id}', { params: { path: { id: board.id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.boards }),
  });
}
