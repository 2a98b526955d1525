import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { useDeleteBoard } from '../api';
import type { BoardSummary } from '../types';

interface Props {
  opened: boolean;
  board: Pick<BoardSummary, 'id' | 'name' | 'lead_count' | 'stage_count' | 'total_value'>;
  onClose(): void;
}

/** Names what will be lost; a board that holds deals wants its name typed first. */
export function DeleteBoard({ opened, board, onClose }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [typed, setTyped] = useState('');
  const remove = useDeleteBoard(board);
  const mustType = board.lead_count > 0;
  const close = () => {
    setTyped('');
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('boards.deleteTitle', { name: board.name })}
      confirm={t('common.delete')}
      busy={remove.isPending}
      disabled={mustType && typed.trim() !== board.name}
      error={remove.isError ? describeError(remove.error, t) : null}
      onClose={close}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            notify.done(t('boards.deleted'));
            close();
          },
        })
      }
    >
      <Text size="md">
        {t('boards.deleteLoses', {
          leads: t('boards.leads', { count: board.lead_count }),
          total: formats.money(board.total_value),
          stages: t('boards.stages', { count: board.stage_count }),
        })}
      </Text>
      {mustType && (
        <TextInput
          label={t('boards.deleteConfirm')}
          placeholder={board.name}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
    </ConfirmDialog>
  );
}
