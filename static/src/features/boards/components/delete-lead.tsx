import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { drafts } from '../drafts';
import type { Lead } from '../types';
import { useOpenBoard } from '../use-board';

interface Props {
  lead: Lead | null;
  onClose(): void;
  onDelete?(): void;
}

export function DeleteLead({ lead, onClose, onDelete }: Props) {
  const { t } = useTranslation();
  const { actions } = useOpenBoard();
  const remove = ({ id, title }: Lead) => {
    actions.deleteLead(id).then(
      () => drafts.drop(id),
      (error: unknown) => notify.failed(t('lead.deleteRefused', { title }), describeError(error, t)),
    );
    onClose();
    onDelete?.();
  };
  return (
    <ConfirmDialog
      opened={lead !== null}
      title={t('lead.deleteTitle', { title: lead?.title ?? '' })}
      confirm={t('common.delete')}
      onClose={onClose}
      onConfirm={() => lead && remove(lead)}
    >
      <Text size="md">{t('lead.deleteHint')}</Text>
    </ConfirmDialog>
  );
}
