import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import {
  IconAt,
  IconBell,
  IconCalendarDue,
  IconCheck,
  IconHeadset,
  IconMessagePlus,
  IconSettings,
  IconUserCheck,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { useMarkAllRead, useMarkRead, useNotifications, useUnread } from './api';
import { isDesktopOffered, turnOffDesktop, turnOnDesktop, useDesktop } from './desktop';
import classes from './notifications.module.css';
import { listed, type Notification, type NotificationKind, placeOf } from './state';

const ICONS: Record<NotificationKind, typeof IconBell> = {
  mention: IconAt,
  room_added: IconMessagePlus,
  lead_assigned: IconUserCheck,
  lead_due: IconCalendarDue,
  conversation_assigned: IconHeadset,
};

/** What one was told, the newest first. */
export default function Panel({ userId, onClose }: { userId: string; onClose(): void }) {
  const { t } = useTranslation();
  const unread = useUnread(({ count }) => count) ?? 0;
  const markAll = useMarkAllRead();
  return (
    <>
      <header className={classes.head}>
        <h2>{t('notifications.title')}</h2>
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={unread === 0}
          onClick={() => markAll.mutate(undefined)}
        >
          {t('notifications.readAll')}
        </Button>
        <Tooltip label={t('notifications.preferences')}>
          <ActionIcon
            component={Link}
            to="/settings#notifications"
            variant="subtle"
            color="gray"
            aria-label={t('notifications.preferences')}
            onClick={onClose}
          >
            <IconSettings size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </header>
      <DesktopOffer userId={userId} />
      <List onClose={onClose} />
    </>
  );
}

function List({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const query = useNotifications();
  const { mutate: markRead } = useMarkRead();
  if (query.isLoadingError) {
    return <LoadError error={query.error} retry={() => void query.refetch()} />;
  }
  if (query.isPending) {
    return query.fetchStatus === 'paused' ? (
      <EmptyState title={t('notifications.offlineTitle')} hint={t('notifications.offlineHint')} />
    ) : (
      <div className={classes.list}>
        <Delayed>
          <Loading />
        </Delayed>
      </div>
    );
  }
  const notifications = listed(query.data);
  if (notifications.length === 0) {
    return <EmptyState title={t('notifications.emptyTitle')} hint={t('notifications.emptyHint')} />;
  }
  return (
    <div className={classes.list}>
      <ul>
        {notifications.map((notification) => (
          <Item
            key={notification.id}
            notification={notification}
            onRead={() => notification.is_read || markRead(notification.id)}
            onClose={onClose}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          variant="default"
          m="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </div>
  );
}

interface ItemProps {
  notification: Notification;
  onRead(): void;
  onClose(): void;
}

function Item({ notification, onRead, onClose }: ItemProps) {
  const { t } = useTranslation();
  const { kind, type, title, message, is_read, created_at } = notification;
  const formats = useFormats();
  // A newer server may tell of kinds that this client does not know.
  const Icon = ICONS[kind] ?? IconBell;
  return (
    <li className={classes.item} data-unread={!is_read || undefined} data-type={type}>
      <Place
        place={placeOf(notification)}
        onClick={() => {
          onRead();
          onClose();
        }}
      >
        <span className={classes.icon} aria-hidden>
          <Icon size={17} stroke={1.8} />
        </span>
        <span className={classes.words}>
          <strong>{title}</strong>
          <span className={classes.message}>{message}</span>
          <time dateTime={created_at} title={formats.dateTime(created_at)}>
            {formats.relative(created_at)}
          </time>
        </span>
      </Place>
      {!is_read && (
        <Tooltip label={t('notifications.read')}>
          <ActionIcon
            className={classes.read}
            variant="subtle"
            color="gray"
            aria-label={t('notifications.readOne', { title })}
            onClick={onRead}
          >
            <IconCheck size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}

function Place({ place, onClick, children }: { place: string | null; onClick(): void; children: ReactNode }) {
  return place ? (
    <Link to={place} className={classes.place} onClick={onClick}>
      {children}
    </Link>
  ) : (
    <span className={classes.place}>{children}</span>
  );
}

/** Asked here and nowhere else, once; the way back to it is in the settings. */
function DesktopOffer({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const offered = useDesktop(isDesktopOffered);
  if (!offered) return null;
  return (
    <div className={classes.offer}>
      <p>{t('notifications.desktopOffer')}</p>
      <Button size="compact-sm" onClick={() => void turnOnDesktop(userId)}>
        {t('notifications.desktopYes')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => turnOffDesktop(userId)}>
        {t('notifications.desktopNo')}
      </Button>
    </div>
  );
}

function Loading() {
  return (
    <div className={classes.loading} aria-hidden>
      {Array.from({ length: 5 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
        <Skeleton key={index} height={48} radius="md" />
      ))}
    </div>
  );
}
