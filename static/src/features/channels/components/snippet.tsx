import { Anchor, Button, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { snippetOf } from '../look';
import classes from './channels.module.css';

/** What is put into one's page. */
export function Snippet({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const code = useRef<HTMLElement>(null);
  const clipboard = useClipboard({ timeout: 3_000 });
  const text = snippetOf(channel.public_key, location.origin);
  const copy = () => {
    clipboard.copy(text);
    // Where the browser keeps its clipboard to itself, the keys do it.
    if (code.current) getSelection()?.selectAllChildren(code.current);
  };
  return (
    <section className={classes.snippet} aria-label={t('service.channels.snippet')}>
      <h2>{t('service.channels.snippet')}</h2>
      <Text size="sm" c="dimmed">
        {t('service.channels.snippetHint')}
      </Text>
      <code ref={code}>{text}</code>
      <div className={classes.snippetActions}>
        <Button
          size="xs"
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {clipboard.copied
            ? t('service.channels.copied')
            : t(clipboard.error ? 'service.channels.selected' : 'service.channels.copy')}
        </Button>
        <Anchor href={`/demo/shop?channel=${channel.public_key}`} target="_blank" size="sm">
          {t('service.channels.tryOnPage')}
        </Anchor>
      </div>
    </section>
  );
}
