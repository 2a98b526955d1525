import { Drawer, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Room } from '../types';
import { FoundMessages } from './found-messages';

interface Props {
  room: Room;
  opened: boolean;
  onClose(): void;
}

export function RoomSearch({ room, opened, onClose }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search.trim(), 250);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={380}
      title={t('chat.searchRoom')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <TextInput
        data-autofocus
        type="search"
        aria-label={t('chat.searchRoom')}
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {words && <FoundMessages words={words} roomId={room.id} />}
    </Drawer>
  );
}
