import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from '@/api/queries';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { useFoundMessages } from '../api';
import { describeMessage } from '../describe';
import classes from './chat.module.css';

/** The messages that hold these words, each a way to where it was said. */
export function FoundMessages({ words, roomId }: { words: string; roomId: string | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const me = useSession()?.user.id ?? '';
  const found = useFoundMessages(words, roomId);
  const list = found.data?.pages.flatMap((page) => page.items) ?? [];
  const total = found.data?.pages.at(-1)?.total ?? 0;
  return (
    <section className={classes.found} aria-label={t('chat.foundTitle')}>
      <h2 role="status">{found.isPending ? t('chat.searching') : t('chat.foundCount', { count: total })}</h2>
      {found.isPending && <Loader size="sm" />}
      {found.isError && (
        <p role="alert">
          {describeError(found.error, t)}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void found.refetch()}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      <ul>
        {list.map((message) => (
          <li key={message.id}>
            <Link to={`/chat/${message.room_id}?message=${message.id}`} className={classes.foundMessage}>
              <span className={classes.foundHead}>
                <b>{message.sender.name}</b>
                {roomId === null && <span>{message.room_name}</span>}
                <time dateTime={message.created_at}>{formats.dateShort(message.created_at)}</time>
              </span>
              <span className={classes.foundText}>{describeMessage(message, t, me)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </section>
  );
}
