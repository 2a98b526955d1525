import { ActionIcon, Progress } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './talk.module.css';
import type { Uploads } from './uploads';

/** The files that go with the next message, and how far each is. */
export function PendingFiles({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation();
  if (uploads.files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('chat.files')}>
      {uploads.files.map(({ id, file, progress, error }) => (
        <li key={id} data-failed={error !== null || undefined}>
          <span className={classes.fileName}>{file.name}</span>
          {error !== null ? (
            <span className={classes.fileError} role="alert">
              {error}{' '}
              <button type="button" onClick={() => uploads.retry(id)}>
                {t('common.retry')}
              </button>
            </span>
          ) : (
            <Progress size={4} value={progress * 100} aria-label={t('chat.uploading', { name: file.name })} />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('chat.removeFile', { name: file.name })}
            onClick={() => uploads.remove(id)}
          >
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
