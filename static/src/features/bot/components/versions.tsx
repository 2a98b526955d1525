import { Button, Popover, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import type { Flow } from '../drawing';
import classes from './bot.module.css';

interface Props {
  flow: Flow;
  /** Whether what is drawn is another than what customers get. */
  differs: boolean;
}

/** What customers get now, and whether the drawing is the same. */
export function Versions({ flow, differs }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { version } = flow;
  const state = version === null ? 'never' : differs ? 'differs' : 'same';
  return (
    <Popover position="bottom-start" width={300}>
      <Popover.Target>
        <Button
          className={classes.version}
          variant="light"
          color={state === 'same' ? undefined : 'gray'}
          size="compact-sm"
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {version === null ? t('bot.neverPublished') : t('bot.version', { version })}
          {state === 'differs' && <span className={classes.differs}>{t('bot.hasChanges')}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className={classes.versions}>
          <dt>{t('bot.versions.live')}</dt>
          <dd>
            {version !== null && flow.published_at
              ? t('bot.versions.liveIs', {
                  version,
                  when: formats.dateTime(flow.published_at),
                })
              : t('bot.versions.nothingLive')}
          </dd>
          <dt>{t('bot.versions.draft')}</dt>
          <dd>
            {t(`bot.versions.${state}`)}{' '}
            {state === 'differs' && (
              <time dateTime={flow.updated_at} title={formats.dateTime(flow.updated_at)}>
                {t('bot.versions.changed', { when: formats.relative(flow.updated_at) })}
              </time>
            )}
          </dd>
        </dl>
        <Text size="xs" c="dimmed" mt="xs">
          {t('bot.versions.hint')}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
