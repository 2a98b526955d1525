import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { useDeleteCompany, useOrphans } from '../api';
import classes from './companies.module.css';

interface Props {
  opened: boolean;
  company: Company;
  onClose(): void;
  onDeleted(): void;
}

/** Says first what would be left without its company. */
export function DeleteCompany({ opened, company, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const orphans = useOrphans(company.id, opened);
  const remove = useDeleteCompany(company.id);
  const close = () => {
    remove.reset();
    onClose();
  };
  const problem = remove.error ?? orphans.error;
  return (
    <ConfirmDialog
      opened={opened}
      title={t('companies.deleteTitle', { name: company.name })}
      confirm={t('common.delete')}
      busy={remove.isPending}
      disabled={!orphans.data || orphans.isFetching}
      error={problem ? describeError(problem, t) : null}
      onClose={close}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
    >
      {orphans.data && orphans.data.lead_count > 0 ? (
        <>
          <Text size="md">
            {t('companies.orphans', {
              count: orphans.data.lead_count,
              open: formats.number(orphans.data.open_lead_count),
              total: formats.money(orphans.data.open_value),
            })}
          </Text>
          <ul className={classes.orphans}>
            {orphans.data.boards.map(({ board_id, board_name, lead_count }) => (
              <li key={board_id}>
                {board_name}: {t('boards.leads', { count: lead_count })}
              </li>
            ))}
          </ul>
        </>
      ) : (
        orphans.data && <Text size="md">{t('companies.noOrphans')}</Text>
      )}
      {orphans.isPending && <Text size="md">{t('companies.countingOrphans')}</Text>}
      <Text size="sm" c="dimmed">
        {t('companies.deleteForGood')}
      </Text>
    </ConfirmDialog>
  );
}
