import { ActionIcon, Button, Drawer, Select, Text, TextInput, Tooltip } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMayI, usePeople, useSession } from '@/api/queries';
import type { LiveEntity } from '@/live/react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import type { Participant, Room } from '../types';
import classes from './conversation.module.css';
import { AvatarWithStatus } from './room-avatar';

const MOST_NAME = 100;

interface Props {
  room: Room;
  live: LiveEntity<Room>;
  opened: boolean;
  onClose(): void;
}

/** Who is in the room, and what it is called. */
export function Members({ room, live, opened, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useSession()?.user.id ?? '';
  const mayManage = useMayI('chat.manage');
  const [removing, setRemoving] = useState<Participant | null>(null);
  const isGroup = room.type === 'group';
  const mayRemove = isGroup && (mayManage || room.created_by === me);
  const mayRename = isGroup || (room.type === 'general' && mayManage);

  const send = (name: string, data: Record<string, unknown>) =>
    live
      .send(name, data)
      .catch((error: unknown) => notify.failed(t('chat.refused'), describeError(error, t)));
  const remove = ({ user_id }: Participant) => {
    setRemoving(null);
    void send('remove_participant', { user_id });
    if (user_id === me) navigate('/chat');
  };

  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={380}
      title={t('chat.membersTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {mayRename && <Rename key={room.name} room={room} onRename={(name) => void send('rename', { name })} />}
      {isGroup && <Add room={room} onAdd={(user_id) => void send('add_participant', { user_id })} />}
      <ul className={classes.members}>
        {room.participants.map((participant) => (
          <li key={participant.user_id}>
            <AvatarWithStatus person={{ id: participant.user_id, full_name: participant.name }} size={30} />
            <span>
              {participant.name}
              {participant.user_id === me && <Text span c="dimmed">{` (${t('chat.you')})`}</Text>}
            </span>
            {mayRemove && participant.user_id !== me && (
              <Tooltip label={t('chat.remove', { name: participant.name })}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('chat.remove', { name: participant.name })}
                  onClick={() => setRemoving(participant)}
                >
                  <IconUserMinus size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
      {isGroup && (
        <Button
          variant="default"
          color="red"
          fullWidth
          mt="md"
          onClick={() => setRemoving(room.participants.find(({ user_id }) => user_id === me) ?? null)}
        >
          {t('chat.leave')}
        </Button>
      )}
      <ConfirmDialog
        opened={removing !== null}
        title={removing?.user_id === me ? t('chat.leave') : t('chat.remove', { name: removing?.name ?? '' })}
        confirm={removing?.user_id === me ? t('chat.leaveConfirm') : t('chat.removeConfirm')}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove(removing)}
      >
        <Text size="md">{t('chat.removeHint')}</Text>
      </ConfirmDialog>
    </Drawer>
  );
}

function Rename({ room, onRename }: { room: Room; onRename(name: string): void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(room.name);
  const isNew = name.trim() !== '' && name.trim() !== room.name;
  return (
    <form
      className={classes.inlineForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (isNew) onRename(name.trim());
      }}
    >
      <TextInput
        label={t('chat.roomName')}
        maxLength={MOST_NAME}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!isNew}>
        {t('common.rename')}
      </Button>
    </form>
  );
}

function Add({ room, onAdd }: { room: Room; onAdd(userId: string): void }) {
  const { t } = useTranslation();
  const people = usePeople();
  const inside = new Set(room.participants.map(({ user_id }) => user_id));
  const others = [...people.values()]
    .filter(({ id, is_active }) => is_active && !inside.has(id))
    .map(({ id, full_name }) => ({ value: id, label: full_name }));
  return (
    <Select
      label={t('chat.addMember')}
      placeholder={t('chat.chooseSomebody')}
      searchable
      nothingFoundMessage={t('chat.nobodyElse')}
      data={others}
      value={null}
      onChange={(id) => id && onAdd(id)}
      mb="md"
    />
  );
}
