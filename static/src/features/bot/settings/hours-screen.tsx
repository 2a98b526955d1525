import { Anchor, Badge, Skeleton, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayI } from '@/api/queries';
import { type Hours, hoursOf, isOpen, nowIn } from '@/ui/business-hours';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { ToSettings } from '@/ui/to-settings';
import { useBotSetting, useTimeZone } from './api';
import { HoursForm } from './hours-form';
import classes from './settings.module.css';

/** When people are there. */
export default function HoursScreen() {
  const { t } = useTranslation();
  const setting = useBotSetting('business_hours');
  const zone = useTimeZone();
  const failed = [setting, zone].find((query) => query.isLoadingError);
  return (
    <Page title={t('service.hours.title')} back={<ToSettings />} narrow>
      <Text c="dimmed" mb="md">
        {t('service.hours.hint')}
      </Text>
      {failed ? (
        <LoadError error={failed.error} retry={() => void failed.refetch()} />
      ) : setting.data === undefined || zone.data === undefined ? (
        <Delayed>
          <Skeleton height={420} radius="md" />
        </Delayed>
      ) : (
        <>
          <Clock timeZone={zone.data} hours={hoursOf(setting.data.value)} />
          <HoursForm value={setting.data.value} />
        </>
      )}
      <Text size="sm" c="dimmed" mt="md">
        {t('service.hours.whatCustomersRead')}{' '}
        <Anchor component={Link} underline="always" size="sm" to="/bot">
          {t('service.hours.toFlows')}
        </Anchor>
        {' · '}
        <Anchor component={Link} underline="always" size="sm" to="/settings/channels">
          {t('service.hours.toChannels')}
        </Anchor>
      </Text>
    </Page>
  );
}

/** What time it is there, and what that means now. */
function Clock({ timeZone, hours }: { timeZone: string; hours: Hours }) {
  const { t } = useTranslation();
  const mayChange = useMayI('settings.manage');
  const [at, setAt] = useState(() => new Date());
  useInterval(() => setAt(new Date()), 15_000, { autoInvoke: true });
  const now = nowIn(timeZone, at);
  const open = isOpen(hours, now);
  return (
    <p className={classes.clock}>
      <Badge variant="light" color={open ? undefined : 'gray'} tt="none">
        {t(open ? 'service.hours.openNow' : 'service.hours.closedNow')}
      </Badge>
      <span>
        {t('service.hours.now', {
          day: t(`service.hours.days.${now.day}`),
          time: now.time,
          zone: timeZone.replaceAll('_', ' '),
        })}
      </span>
      {mayChange && (
        <Anchor component={Link} underline="always" size="sm" to="/settings#company">
          {t('service.hours.changeZone')}
        </Anchor>
      )}
    </p>
  );
}
