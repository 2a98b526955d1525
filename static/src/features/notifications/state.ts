/** What is known of one's notifications, and how a hint changes it. Pure. */
import type { InfiniteData } from '@tanstack/react-query';
import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';
import type { HintFrame } from '@/live/frames';

export type Notification = Whole<components['schemas']['Notification']>;
export type NotificationKind = Notification['kind'];
export type NotificationPage = Whole<components['schemas']['NotificationPage']>;
export type Pages = InfiniteData<NotificationPage>;
export type Hint = Pick<HintFrame, 'type' | 'data'>;

export interface Unread {
  /** Null until the server has told. */
  count: number | null;
  /** Those already counted off: one's own reading comes back as a hint. */
  read: ReadonlySet<string>;
}

export const UNKNOWN: Unread = { count: null, read: new Set() };

export const startUnread = (count: number): Unread => ({ count, read: new Set() });

export function countHint(unread: Unread, { type, data }: Hint): Unread {
  if (unread.count === null) return unread;
  switch (type) {
    case 'notification.created':
      return { ...unread, count: unread.count + 1 };
    case 'notification.read': {
      const { id } = data as { id: string };
      if (unread.read.has(id)) return unread;
      return { count: Math.max(0, unread.count - 1), read: new Set(unread.read).add(id) };
    }
    case 'notifications.read_all':
      return startUnread((data as { unread_count: number }).unread_count);
    default:
      return unread;
  }
}

export function listHint(pages: Pages, { type, data }: Hint): Pages {
  switch (type) {
    case 'notification.created': {
      const created = data as Notification;
      const [first, ...others] = pages.pages;
      if (!first || listed(pages).some(({ id }) => id === created.id)) return pages;
      return {
        ...pages,
        pages: [{ ...first, items: [created, ...first.items], total: first.total + 1 }, ...others],
      };
    }
    case 'notification.read':
      return readSome(pages, ({ id }) => id === (data as { id: string }).id);
    case 'notifications.read_all':
      return readSome(pages, () => true);
    default:
      return pages;
  }
}

function readSome(pages: Pages, which: (notification: Notification) => boolean): Pages {
  const read = (notification: Notification) =>
    which(notification) && !notification.is_read ? { ...notification, is_read: true } : notification;
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(read) })) };
}

/** All that was fetched, each once: what came meanwhile has pushed the rest on by a place or more. */
export function listed(pages: Pages): Notification[] {
  const byId = new Map(pages.pages.flatMap(({ items }) => items).map((one) => [one.id, one]));
  return [...byId.values()];
}

/** An address within this application; nothing else is followed. */
export const placeOf = ({ link }: Notification): string | null =>
  link?.startsWith('/') && !link.startsWith('//') ? link : null;
