import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dropFailed, type FailedMessage, useFailed } from './failed';
import classes from './talk.module.css';

interface Props {
  place: string;
  onRetry(message: FailedMessage): void;
}

/** What was not sent, why, and what to do about it. */
export function FailedList({ place, onRetry }: Props) {
  const { t } = useTranslation();
  const failed = useFailed((all) => all[place]);
  if (!failed?.length) return null;
  return (
    <ul className={classes.failed} aria-label={t('chat.failedTitle')}>
      {failed.map((message) => (
        <li key={message.id} role="alert">
          <span>
            <b>{t('chat.notSent')}</b> {message.reason}{' '}
            {message.data.content ? `“${String(message.data.content)}”` : ''}
          </span>
          <Button
            size="compact-xs"
            onClick={() => {
              dropFailed(place, message.id);
              onRetry(message);
            }}
          >
            {t('common.retry')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => dropFailed(place, message.id)}>
            {t('chat.discard')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
