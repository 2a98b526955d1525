/** The imports that were begun in this browser, so that they can be found again. */
import { useMemo } from 'react';
import { create } from 'zustand';
import { useMe } from '@/api/queries';

export interface RecentImport {
  id: string;
  filename: string;
  /** Whose it is: people share browsers. */
  by: string;
  /** Whether its end has been seen. */
  seen: boolean;
}

const KEY = 'balcao.imports';
const KEPT = 10;

const useStore = create<{ list: RecentImport[] }>(() => ({ list: read() }));

useStore.subscribe(({ list }) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Without storage they are known as long as the page.
  }
});

/** The newest first. */
export function useRecentImports(): RecentImport[] {
  const me = useMe().data?.id;
  const list = useStore((state) => state.list);
  return useMemo(() => list.filter(({ by }) => by === me), [list, me]);
}

export const recent = {
  add(begun: Omit<RecentImport, 'seen'>): void {
    const others = useStore.getState().list.filter(({ id }) => id !== begun.id);
    useStore.setState({ list: [{ ...begun, seen: false }, ...others].slice(0, KEPT) });
  },
  see(id: string): void {
    const { list } = useStore.getState();
    if (list.some((one) => one.id === id && !one.seen))
      useStore.setState({ list: list.map((one) => (one.id === id ? { ...one, seen: true } : one)) });
  },
  forget(id: string): void {
    useStore.setState(({ list }) => ({ list: list.filter((one) => one.id !== id) }));
  },
};

/** The files themselves, while the page that sent them is open. */
export const sentFiles = new Map<string, File>();

function read(): RecentImport[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? (list as RecentImport[]) : [];
  } catch {
    return [];
  }
}
