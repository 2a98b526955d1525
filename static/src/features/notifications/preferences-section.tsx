import { Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { SettingsSection } from '@/ui/settings-section';
import { useChangePreferences, usePreferencesOf } from './api';
import { isDesktopOn, turnOffDesktop, turnOnDesktop, useDesktop } from './desktop';
import type { NotificationKind } from './state';

const KINDS: readonly NotificationKind[] = [
  'mention',
  'room_added',
  'lead_assigned',
  'lead_due',
  'conversation_assigned',
];

/** What one wants to be told of, and whether also outside the window. */
export function NotificationsSection({ userId }: { userId: string }) {
  const { t } = useTranslation();
  return (
    <SettingsSection
      anchor="notifications"
      title={t('notifications.title')}
      hint={t('notifications.preferencesHint')}
    >
      <Stack gap="sm">
        <Kinds />
        <Desktop userId={userId} />
      </Stack>
    </SettingsSection>
  );
}

function Kinds() {
  const { t } = useTranslation();
  const preferences = usePreferencesOf();
  const { mutate: change } = useChangePreferences();
  if (preferences.isLoadingError) {
    return <LoadError error={preferences.error} retry={() => void preferences.refetch()} />;
  }
  if (preferences.isPending) {
    return (
      <Delayed>
        <Skeleton height={120} />
      </Delayed>
    );
  }
  return KINDS.map((kind) => (
    <Switch
      key={kind}
      label={t(`notifications.kinds.${kind}`)}
      checked={preferences.data[kind] ?? true}
      onChange={(event) => change({ [kind]: event.currentTarget.checked })}
    />
  ));
}

function Desktop({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const permission = useDesktop((desktop) => desktop.permission);
  const on = useDesktop(isDesktopOn);
  const isPossible = permission !== 'unsupported' && permission !== 'denied';
  return (
    <div>
      <Switch
        label={t('notifications.desktop')}
        checked={on}
        disabled={!isPossible}
        onChange={(event) =>
          event.currentTarget.checked ? void turnOnDesktop(userId) : turnOffDesktop(userId)
        }
      />
      <Text size="sm" c="dimmed" mt={4}>
        {t(`notifications.desktopState.${isPossible ? 'possible' : permission}`)}
      </Text>
    </div>
  );
}
