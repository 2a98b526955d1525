import { SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '@/i18n';
import { THEMES, type Theme, useAppearance } from '@/ui/appearance';
import { type Density, setDensity, usePreferences } from '@/ui/preferences';
import { SettingsSection } from '@/ui/settings-section';

export function AppearanceSection({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { theme, setTheme, language, setLanguage } = useAppearance();
  const density = usePreferences((preferences) => preferences.density);
  const themeId = useId();
  const densityId = useId();
  return (
    <SettingsSection title={t('profile.appearance')} hint={t('profile.appearanceHint')}>
      <Stack gap="sm">
        <Select
          label={t('profile.language')}
          data={LANGUAGES.map((value) => ({ value, label: t(`profile.languages.${value}`) }))}
          value={language}
          allowDeselect={false}
          onChange={(value) => value && setLanguage(value as Language)}
        />
        <div>
          <Text size="sm" fw={500} id={themeId} mb={4}>
            {t('profile.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby={themeId}
            data={THEMES.map((value) => ({ value, label: t(`profile.themes.${value}`) }))}
            value={theme}
            onChange={(value) => setTheme(value as Theme)}
          />
        </div>
        <div>
          <Text size="sm" fw={500} id={densityId} mb={4}>
            {t('profile.density')}
          </Text>
          <SegmentedControl
            aria-labelledby={densityId}
            data={(['comfortable', 'compact'] as const).map((value) => ({
              value,
              label: t(`profile.densities.${value}`),
            }))}
            value={density}
            onChange={(value) => setDensity(userId, value as Density)}
          />
        </div>
      </Stack>
    </SettingsSection>
  );
}
