import { SegmentedControl, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { useWidget } from '@/ui/use-widget';
import { BRAND, type Look, wholeColor } from '../look';
import classes from './channels.module.css';

const INSIDE = 'channel-preview';
const HOURS = ['open', 'closed'] as const;

/** The widget itself, as visitors will have it once the form is saved. */
export function Preview({ channel, look }: { channel: Channel; look: Look }) {
  const { t } = useTranslation();
  const [hours, setHours] = useState<(typeof HOURS)[number]>('open');
  const isActive = channel.status === 'active';
  const [shown] = useDebouncedValue(look, 250);
  useWidget(
    isActive ? channel.public_key : '',
    {
      inside: INSIDE,
      preview: hours,
      color: wholeColor(shown.color) ?? BRAND,
      position: shown.position,
      language: shown.language,
      title: shown.title.trim() || shown.name,
      greeting: shown.greeting,
      offline: shown.offline,
      offlineText: shown.offline_text,
    },
    channel.updated_at,
  );
  return (
    <section className={classes.preview} aria-label={t('service.channels.preview')}>
      <header>
        <h2>{t('service.channels.preview')}</h2>
        <SegmentedControl
          size="xs"
          aria-label={t('service.channels.previewHours')}
          data={HOURS.map((value) => ({ value, label: t(`service.channels.hours.${value}`) }))}
          value={hours}
          onChange={(value) => setHours(value === 'closed' ? 'closed' : 'open')}
        />
      </header>
      <div id={INSIDE} className={classes.stage}>
        <div aria-hidden className={classes.fakePage} data-paused={!isActive || undefined}>
          <span />
          <span />
          <span />
        </div>
        {!isActive && <Text size="sm">{t('service.channels.previewPaused')}</Text>}
      </div>
      <Text size="xs" c="dimmed" mt={6}>
        {t('service.channels.previewHint')}
      </Text>
    </section>
  );
}
