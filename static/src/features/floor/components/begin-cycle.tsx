import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { useBeginCycle, useFloorStats, useRules } from '../api';

interface Props {
  opened: boolean;
  onClose(): void;
}

/** Asks before everybody who was contacted is dealt anew: there is no way back. */
export function BeginCycle({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const rules = useRules().data;
  const stats = useFloorStats().data;
  const begin = useBeginCycle();
  const close = () => {
    begin.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('floor.cycle.title')}
      confirm={t('floor.cycle.begin')}
      busy={begin.isPending}
      error={begin.error ? describeError(begin.error, t) : null}
      onClose={close}
      onConfirm={() =>
        begin.mutate(undefined, {
          onSuccess: ({ cycle, moved }) => {
            notify.done(t('floor.cycle.begun', { cycle, count: moved }));
            close();
          },
        })
      }
    >
      {stats && <Text size="md">{t('floor.cycle.contacted', { count: stats.contacted })}</Text>}
      <Text size="sm" c="dimmed">
        {t('floor.cycle.hint')}
        {rules &&
          ` ${t('floor.cycle.since', { cycle: rules.cycle, date: formats.date(rules.cycle_began_at) })}`}
      </Text>
    </ConfirmDialog>
  );
}
