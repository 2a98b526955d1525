import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '@/api/queries';
import { NotificationsSection } from '@/features/notifications/preferences-section';
import { AppearanceSection } from '@/features/profile/appearance-section';
import { PasswordSection } from '@/features/profile/password-section';
import { ProfileSection } from '@/features/profile/profile-section';
import { TwoFactorSection } from '@/features/profile/two-factor-section';
import { TenantSection } from '@/features/tenant/tenant-section';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { SettingsSection, SettingsSkeleton } from '@/ui/settings-section';
import { ServiceSection } from './service-section';

/** What one decides for oneself, and below it what one may decide for the company: each feature brings its part. */
export default function SettingsScreen() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t('profile.title')} narrow>
      {me.isLoadingError ? (
        <LoadError error={me.error} retry={() => void me.refetch()} />
      ) : me.isPending ? (
        <Delayed>
          <SettingsSkeleton height={220} />
        </Delayed>
      ) : (
        <>
          <ProfileSection me={me.data} />
          <AppearanceSection userId={me.data.id} />
          <NotificationsSection userId={me.data.id} />
          <PasswordSection />
          <TwoFactorSection isOn={me.data.two_factor_enabled} />
          {me.data.permissions.includes('settings.manage') && <TenantSection />}
          <ServiceSection />
          {me.data.permissions.includes('users.manage') && (
            <SettingsSection title={t('outbox.title')} hint={t('outbox.settingsHint')}>
              <Button component={Link} to="/settings/outbox" variant="default">
                {t('outbox.see')}
              </Button>
            </SettingsSection>
          )}
          {me.data.permissions.includes('jobs.manage') && (
            <SettingsSection title={t('jobs.title')} hint={t('jobs.settingsHint')}>
              <Button component={Link} to="/settings/jobs" variant="default">
                {t('jobs.see')}
              </Button>
            </SettingsSection>
          )}
        </>
      )}
    </Page>
  );
}
