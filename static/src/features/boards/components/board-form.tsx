import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { describeError, fieldErrors } from '@/ui/errors';
import { useCreateBoard, useUpdateBoard } from '../api';

interface Props {
  opened: boolean;
  /** The board to edit; without it a new one is made. */
  board?: { id: string; name: string; description: string | null };
  onClose(): void;
  onCreated?(board: { id: string }): void;
}

export function BoardForm({ opened, board, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t(board ? 'boards.editTitle' : 'boards.new')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Fields board={board} onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}

function Fields({ board, onClose, onCreated }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const create = useCreateBoard();
  const update = useUpdateBoard({ id: board?.id ?? '' });
  const form = useForm({
    initialValues: { name: board?.name ?? '', description: board?.description ?? '' },
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
  });
  const error = create.error ?? update.error;

  const submit = form.onSubmit(({ name, description }) => {
    const body = { name: name.trim(), description: description.trim() || null };
    const onError = (problem: unknown) => form.setErrors(fieldErrors(problem, t));
    if (board) {
      update.mutate(body, { onSuccess: onClose, onError });
    } else {
      create.mutate(body, { onSuccess: (made) => (onCreated ? onCreated(made) : onClose()), onError });
    }
  });

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          label={t('boards.name')}
          placeholder={t('boards.namePlaceholder')}
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Textarea
          label={t('boards.description')}
          placeholder={t('boards.descriptionPlaceholder')}
          autosize
          minRows={2}
          maxRows={6}
          {...form.getInputProps('description')}
        />
        {error && Object.keys(fieldErrors(error, t)).length === 0 && (
          <Text role="alert" size="sm" c="var(--danger)">
            {describeError(error, t)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending || update.isPending}>
            {t(board ? 'common.save' : 'common.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
