import { Button, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsSection } from '@/ui/settings-section';
import { TurnOff } from './two-factor-off';

// What draws the QR code is needed here only, and seldom.
const TurnOn = lazy(() => import('./two-factor-on'));

/** A code from an authenticator app at each login, for who wants one. */
export function TwoFactorSection({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'on' | 'off' | null>(null);
  const close = () => setDoing(null);
  return (
    <SettingsSection title={t('twoFactor.title')} hint={t('twoFactor.hint')}>
      <Text size="md" mb="sm">
        {t(isOn ? 'twoFactor.isOn' : 'twoFactor.isOff')}
      </Text>
      <Button variant="default" onClick={() => setDoing(isOn ? 'off' : 'on')}>
        {t(isOn ? 'twoFactor.turnOff' : 'twoFactor.turnOn')}
      </Button>
      <Suspense>{doing === 'on' && <TurnOn onClose={close} />}</Suspense>
      <TurnOff opened={doing === 'off'} onClose={close} />
    </SettingsSection>
  );
}
