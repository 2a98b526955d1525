import { useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys, useMe } from '@/api/queries';
import type { Me } from '@/api/types';
import { changeLanguage, LANGUAGES, type Language } from '@/i18n';
import { notify } from './notify';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

/** Language and theme: changed at once here, and kept in the profile for the person's other devices. */
export function useAppearance() {
  const { i18n, t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const cache = useQueryClient();
  const keep = useMutation({
    mutationFn: (body: { language?: Language; theme?: Theme }) => ask(api.PATCH('/api/v1/auth/me', { body })),
    onSuccess: (me) => cache.setQueryData(keys.me, me),
    onError: () => notify.failed(t('errors.code.unknown'), t('errors.loadHint')),
  });
  const theme: Theme = colorScheme === 'auto' ? 'system' : colorScheme;
  const language = LANGUAGES.find((known) => known === i18n.language) ?? 'pt-BR';

  return {
    theme,
    language,
    setTheme(next: Theme) {
      setColorScheme(next === 'system' ? 'auto' : next);
      keep.mutate({ theme: next });
    },
    setLanguage(next: Language) {
      void changeLanguage(next);
      keep.mutate({ language: next });
    },
  };
}

/** Applies what the profile says, once it is known and whenever another device changed it. */
export function useProfileAppearance(): void {
  const { setColorScheme } = useMantineColorScheme();
  const me: Me | undefined = useMe().data;
  const theme = me?.theme ?? null;
  const language = me?.language ?? null;
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (language) void changeLanguage(language);
  }, [language]);
}
