import { Avatar } from '@mantine/core';
import { IconHash, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { useStatus } from '@/live/online';
import { PersonAvatar, personColor } from '@/ui/person-avatar';
import type { Room } from '../types';
import classes from './chat.module.css';

/** The other person with a dot that tells whether they are there, or the sign of a group. */
export function RoomAvatar({
  room,
  size,
}: {
  room: Pick<Room, 'id' | 'type' | 'participants' | 'name'>;
  size: number;
}) {
  const me = useSession()?.user.id;
  const other = room.participants.find(({ user_id }) => user_id !== me);
  if (room.type === 'direct' && other) {
    return <AvatarWithStatus person={{ id: other.user_id, full_name: other.name }} size={size} />;
  }
  const Icon = room.type === 'general' ? IconHash : IconUsers;
  return (
    <Avatar
      size={size}
      radius={size}
      variant="filled"
      color={personColor(room.id)}
      aria-hidden
      className={classes.avatar}
    >
      <Icon size={size * 0.5} stroke={1.8} color="#fff" />
    </Avatar>
  );
}

export function AvatarWithStatus({
  person,
  size,
}: {
  person: { id: string; full_name: string };
  size: number;
}) {
  const { t } = useTranslation();
  const status = useStatus(person.id);
  return (
    <span className={classes.avatar}>
      <PersonAvatar person={person} size={size} label="" />
      {status && status !== 'offline' && (
        <span
          className={classes.dot}
          data-status={status}
          role="img"
          aria-label={t(`chat.status.${status}`)}
        />
      )}
    </span>
  );
}
