import { Button, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import type { Drawing } from '../use-drawing';
import classes from './bot.module.css';

/** Two people drew the same flow: whoever saves second says which of the two stays. */
export function ConflictDialog({ drawing }: { drawing: Drawing }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { theirs, draft, takeTheirs, keepMine } = drawing;
  const who = theirs?.updated_by?.name ?? t('bot.conflict.somebody');
  return (
    <Modal
      opened={theirs !== null}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('bot.conflict.title')}
      size={480}
    >
      {theirs && (
        <Stack gap="sm">
          <Text size="sm" className={classes.sentence}>
            {t('bot.conflict.what', { who, when: formats.relative(theirs.updated_at) })}{' '}
            {t('bot.conflict.steps', { theirs: theirs.nodes.length, mine: draft.nodes.length })}
          </Text>
          <Text size="sm" c="dimmed">
            {t('bot.conflict.hint')}
          </Text>
          <Button onClick={takeTheirs} data-autofocus>
            {t('bot.conflict.theirs', { who })}
          </Button>
          <Button variant="default" onClick={keepMine}>
            {t('bot.conflict.mine')}
          </Button>
        </Stack>
      )}
    </Modal>
  );
}
