/** What the browser's tab says: how much waits for one, the screen, and whose it is. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';

interface Parts {
  screen: string | null;
  waiting: number;
}

const useParts = create<Parts>(() => ({ screen: null, waiting: 0 }));

export function titleOf({ screen, waiting }: Parts, app: string): string {
  const place = screen ? `${screen} · ${app}` : app;
  return waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ${place}` : place;
}

/** Names the screen for as long as it is shown. */
export function useTitle(screen: string | undefined): void {
  useEffect(() => {
    if (!screen) return;
    useParts.setState({ screen });
    return () => useParts.setState((parts) => (parts.screen === screen ? { screen: null } : parts));
  }, [screen]);
}

/** Keeps the tab's title; once, with what waits for the person. */
export function useDocumentTitle(waiting: number): void {
  const { t } = useTranslation();
  const screen = useParts((parts) => parts.screen);
  const app = t('app.name');
  useEffect(() => {
    document.title = titleOf({ screen, waiting }, app);
  }, [screen, waiting, app]);
  useEffect(
    () => () => {
      document.title = app;
    },
    [app],
  );
}
