import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSession } from '@/api/queries';
import { useFeedLook } from '@/live/react';
import { setBadge } from '@/ui/badges';
import { type Command, useCommands } from '@/ui/commands';
import { patchRoom, refetchRooms, useRooms } from './api';
import { lastAt } from './last-at';
import type { RoomSummary } from './types';
import { useLiveRoom } from './use-room';

/** How many rooms are followed live; the list is asked for again when something happens in another one. */
const FOLLOWED = 20;

const NONE: RoomSummary[] = [];

/** One's rooms wherever one is: live, with what of them is unread in the navigation, and a way to each in the palette. */
export default function RoomFollowers() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { data } = useRooms();
  const rooms = useMemo(() => data?.pages.flatMap((page) => page.items as RoomSummary[]) ?? NONE, [data]);

  const unread = rooms.reduce((sum, room) => sum + room.unread_count, 0);
  useEffect(() => setBadge('chat', unread), [unread]);
  useEffect(() => () => setBadge('chat', 0), []);

  const names = JSON.stringify(rooms.map(({ id, name }) => [id, name]));
  const commands = useMemo<Command[]>(
    () =>
      (JSON.parse(names) as [string, string][]).map(([id, name]) => ({
        id: `room-${id}`,
        group: t('palette.rooms'),
        label: name,
        words: t('nav.chat'),
        run: () => void navigate(`/chat/${id}`),
      })),
    [names, t, navigate],
  );
  useCommands('rooms', commands);

  const followed = rooms
    .toSorted((a, b) => lastAt(b).localeCompare(lastAt(a)))
    .slice(0, FOLLOWED)
    .map(({ id }) => id)
    .sort();
  useFeedLook(
    'rooms',
    () => void refetchRooms(cache),
    (data) => !followed.includes((data as { id: string }).id),
  );
  return followed.map((id) => <RoomFollower key={id} roomId={id} />);
}

function RoomFollower({ roomId }: { roomId: string }) {
  const cache = useQueryClient();
  const me = useSession()?.user.id ?? '';
  const { state, lost } = useLiveRoom(roomId);
  useEffect(() => {
    if (state && !lost) patchRoom(cache, state, me);
  }, [cache, state, lost, me]);
  useEffect(() => {
    if (lost) void refetchRooms(cache);
  }, [cache, lost]);
  return null;
}
