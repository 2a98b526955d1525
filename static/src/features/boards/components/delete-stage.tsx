import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useFormats } from '@/ui/format';
import type { Stage } from '../types';
import { useOpenBoard } from '../use-board';

/** A stage that holds deals hands them to another one first. */
export function DeleteStage({ opened, stage, onClose }: { opened: boolean; stage: Stage; onClose(): void }) {
  const { t } = useTranslation();
  const { board, actions } = useOpenBoard();
  const formats = useFormats();
  const others = board.stages.filter(({ id }) => id !== stage.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const heir = others.find(({ id }) => id === chosen) ?? others[0];
  const holds = stage.lead_count > 0;

  return (
    <ConfirmDialog
      opened={opened}
      title={t('stage.deleteTitle', { name: stage.name })}
      confirm={t('common.delete')}
      disabled={!heir}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        actions.deleteStage(stage, holds && heir ? heir.id : null);
      }}
    >
      <Text size="md">
        {holds
          ? t('stage.deleteMove', { count: stage.lead_count, total: formats.money(stage.total_value) })
          : t('stage.deleteEmpty')}
      </Text>
      {holds && heir && (
        <Select
          label={t('stage.deleteTo')}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={heir.id}
          allowDeselect={false}
          onChange={setChosen}
        />
      )}
    </ConfirmDialog>
  );
}
