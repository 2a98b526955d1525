import { Button, Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople, useSession } from '@/api/queries';
import { describeError } from '@/ui/errors';
import { useCreateRoom } from '../api';

const MOST_NAME = 100;

interface Props {
  kind: 'direct' | 'group' | null;
  onClose(): void;
  onCreated(roomId: string): void;
}

export function NewRoom({ kind, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={kind !== null}
      onClose={onClose}
      title={t(kind === 'group' ? 'chat.newGroup' : 'chat.newDirect')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {kind && <Form kind={kind} onClose={onClose} onCreated={onCreated} />}
    </Modal>
  );
}

function Form({ kind, onClose, onCreated }: Props & { kind: 'direct' | 'group' }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const people = usePeople();
  const create = useCreateRoom();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const others = [...people.values()]
    .filter(({ id, is_active }) => is_active && id !== me)
    .map(({ id, full_name }) => ({ value: id, label: full_name }));
  const isWhole = kind === 'direct' ? chosen.length === 1 : name.trim() !== '';

  const submit = () => {
    const body = { type: kind, participant_ids: chosen, ...(kind === 'group' && { name: name.trim() }) };
    create.mutate(body, { onSuccess: (room) => onCreated(room.id) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) submit();
      }}
    >
      <Stack gap="sm">
        {kind === 'direct' ? (
          <Select
            data-autofocus
            label={t('chat.withWhom')}
            placeholder={t('chat.chooseSomebody')}
            searchable
            nothingFoundMessage={t('chat.nobodyElse')}
            data={others}
            value={chosen[0] ?? null}
            onChange={(id) => setChosen(id ? [id] : [])}
          />
        ) : (
          <>
            <TextInput
              data-autofocus
              label={t('chat.roomName')}
              maxLength={MOST_NAME}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <MultiSelect
              label={t('chat.withWhom')}
              placeholder={t('chat.chooseSomebody')}
              searchable
              nothingFoundMessage={t('chat.nobodyElse')}
              data={others}
              value={chosen}
              onChange={setChosen}
            />
          </>
        )}
        {create.isError && (
          <Text role="alert" size="sm" c="var(--danger)">
            {describeError(create.error, t)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!isWhole} loading={create.isPending}>
            {t('common.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
