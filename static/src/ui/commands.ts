/** What the palette (Ctrl K) can do and which keys work: each screen adds its own while it is shown. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';

export interface Command {
  id: string;
  label: string;
  group: string;
  /** Further words that find it. */
  words?: string;
  run(): void;
}

export interface Shortcut {
  /** As shown in the overlay: `N`, `/`, `Alt ←→↑↓`. */
  keys: string;
  label: string;
  /** The single key that runs it when no field has the focus; without it the screen handles the keys itself. */
  key?: string;
  run?(): void;
}

interface Registry {
  commands: Record<string, Command[]>;
  shortcuts: Record<string, { title: string; list: Shortcut[] }>;
}

export const useRegistry = create<Registry>(() => ({ commands: {}, shortcuts: {} }));

/** Offers commands in the palette while the caller is mounted. Pass a memoised list. */
export function useCommands(source: string, commands: Command[]): void {
  useEffect(() => {
    useRegistry.setState((state) => ({ commands: { ...state.commands, [source]: commands } }));
    return () =>
      useRegistry.setState((state) => {
        const { [source]: _gone, ...rest } = state.commands;
        return { commands: rest };
      });
  }, [source, commands]);
}

/** Makes keys work while the caller is mounted, and lists them in the `?` overlay. */
export function useShortcuts(title: string, list: Shortcut[]): void {
  const latest = useRef(list);
  latest.current = list;
  const shown = JSON.stringify(list.map(({ keys, label }) => [keys, label]));

  useEffect(() => {
    const entries = (JSON.parse(shown) as [string, string][]).map(([keys, label]) => ({ keys, label }));
    useRegistry.setState((state) => ({
      shortcuts: { ...state.shortcuts, [title]: { title, list: entries } },
    }));
    return () =>
      useRegistry.setState((state) => {
        const { [title]: _gone, ...rest } = state.shortcuts;
        return { shortcuts: rest };
      });
  }, [title, shown]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const hit = latest.current.find(({ key }) => key?.toLowerCase() === event.key.toLowerCase());
      if (!hit?.run) return;
      event.preventDefault();
      hit.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null
  );
}
