import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { useFeed } from '@/live/react';
import { refetchNotifications, take, useMarkRead, useUnread } from './api';
import { loadDesktop, showDesktop, tellLookedAt } from './desktop';
import { type Notification, placeOf, startUnread, UNKNOWN } from './state';

/** Follows what one is told; once, for the whole application. Answers with the newest that came while one is here. */
export function useNotificationsFeed(userId: string): Notification | null {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { mutate: markRead } = useMarkRead();
  const [newest, setNewest] = useState<Notification | null>(null);
  useEffect(() => {
    useUnread.setState(UNKNOWN);
    loadDesktop(userId);
  }, [userId]);
  useEffect(tellLookedAt, []);
  useFeed('notifications', {
    start(snapshot) {
      useUnread.setState(startUnread((snapshot as { unread_count: number }).unread_count));
      void refetchNotifications(cache);
    },
    hint(hint) {
      take(cache, hint);
      if (hint.type !== 'notification.created') return;
      const notification = hint.data as Notification;
      setNewest(notification);
      void showDesktop(notification, () => {
        markRead(notification.id);
        const place = placeOf(notification);
        if (place) navigate(place);
      });
    },
  });
  return newest;
}
