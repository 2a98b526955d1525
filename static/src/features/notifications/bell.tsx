import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '@/ui/error-boundary';
import { useDocumentTitle } from '@/ui/title';
import { useUnread } from './api';
import classes from './notifications.module.css';
import { useNotificationsFeed } from './use-notifications-feed';

const loadPanel = () => import('./panel');
const Panel = lazy(loadPanel);

/** How much there is that one has not read, and the way to it. */
export default function Bell({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const newest = useNotificationsFeed(userId);
  const count = useUnread((unread) => unread.count) ?? 0;
  const [opened, panel] = useDisclosure();
  useDocumentTitle(count);
  // Loaded before it is asked for, so that it opens without a connection as well.
  useEffect(() => void loadPanel().catch(() => undefined), []);
  const label = count > 0 ? t('notifications.bell', { count }) : t('notifications.title');
  return (
    <Popover
      opened={opened}
      onChange={(open) => (open ? panel.open() : panel.close())}
      position="bottom-end"
      width="min(400px, calc(100vw - 16px))"
      trapFocus
      returnFocus
      transitionProps={{ duration: 120 }}
    >
      <Popover.Target>
        <Tooltip label={label} disabled={opened}>
          <ActionIcon
            className={classes.bell}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={label}
            onClick={panel.toggle}
          >
            <IconBell size={19} stroke={1.7} />
            {count > 0 && (
              <span className={classes.count} aria-hidden>
                {count > 99 ? '99+' : count}
              </span>
            )}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} className={classes.dropdown} aria-label={t('notifications.title')}>
        <ErrorBoundary>
          <Suspense fallback={<div className={classes.list} />}>
            <Panel userId={userId} onClose={panel.close} />
          </Suspense>
        </ErrorBoundary>
      </Popover.Dropdown>
      <span className="visually-hidden" role="status">
        {newest && `${newest.title}. ${newest.message}`}
      </span>
    </Popover>
  );
}
