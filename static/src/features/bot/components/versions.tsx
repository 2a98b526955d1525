import { Button, Popover, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { useFetchVersion, useVersions } from '../api';
import type { Draft, Flow } from '../drawing';
import classes from './bot.module.css';

interface Props {
  flow: Flow;
  /** Whether what is drawn is another than what customers get. */
  differs: boolean;
  /** Draws what was published before, as a change like any other. */
  onTake(draft: Draft): void;
}

/** What customers get now, and whether the drawing is the same. */
export function Versions({ flow, differs, onTake }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [opened, setOpened] = useState(false);
  const { version } = flow;
  const state = version === null ? 'never' : differs ? 'differs' : 'same';
  return (
    <Popover position="bottom-start" width={340} opened={opened} onChange={setOpened} trapFocus>
      <Popover.Target>
        <Button
          className={classes.version}
          variant="light"
          color={state === 'same' ? undefined : 'gray'}
          size="compact-sm"
          onClick={() => setOpened(!opened)}
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
        <Published
          flow={flow}
          opened={opened}
          onTake={(draft) => {
            setOpened(false);
            onTake(draft);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface PublishedProps {
  flow: Flow;
  opened: boolean;
  onTake(draft: Draft): void;
}

/** Those before the one that is live, to go back to. */
function Published({ flow, opened, onTake }: PublishedProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const versions = useVersions(flow.id, opened && (flow.version ?? 0) > 1);
  const fetch = useFetchVersion(flow.id);
  const earlier = versions.data?.filter(({ number }) => number !== flow.version) ?? [];
  if (earlier.length === 0) return null;
  const take = (number: number) =>
    fetch.mutate(number, {
      onSuccess: (drawn) => {
        onTake(drawn);
        notify.done(t('bot.versions.taken', { version: number }));
      },
      onError: (error) => notify.failed(t('bot.versions.notTaken'), describeError(error, t)),
    });
  return (
    <ul className={classes.published} aria-label={t('bot.versions.earlier')}>
      {earlier.map(({ number, published_at, published_by }) => (
        <li key={number}>
          <span>
            <strong>{t('bot.version', { version: number })}</strong>
            <small title={formats.dateTime(published_at)}>
              {formats.dateShort(published_at)}
              {published_by && ` · ${published_by.name}`}
            </small>
          </span>
          <Button
            size="compact-xs"
            variant="default"
            loading={fetch.isPending && fetch.variables === number}
            onClick={() => take(number)}
            aria-label={`${t('bot.versions.take')}: ${t('bot.version', { version: number })}`}
          >
            {t('bot.versions.take')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
