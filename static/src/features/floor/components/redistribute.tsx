import { Button, Group, Modal, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Delayed } from '@/ui/delayed';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { firstName } from '@/ui/person-avatar';
import { usePreview, useRedistribute } from '../api';
import { changesOf } from '../moves';
import type { Preview } from '../types';
import classes from './floor.module.css';

interface Props {
  opened: boolean;
  onClose(): void;
}

/** Shows what dealing everything anew would change before it does so. */
export function Redistribute({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const preview = usePreview(opened);
  const redistribute = useRedistribute();
  const close = () => {
    redistribute.reset();
    onClose();
  };
  const nobodyThere = preview.data?.sellers.every(({ is_online }) => !is_online) ?? false;
  const wouldChange = (preview.data?.moved ?? 0) > 0;
  const problem = redistribute.error ?? (preview.isLoadingError ? preview.error : null);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('floor.redistributeTitle')}
      size={520}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('floor.redistributeHint')}
        </Text>
        {preview.isPending && (
          <Delayed>
            <Skeleton height={140} />
          </Delayed>
        )}
        {preview.data && <PreviewTable preview={preview.data} nobodyThere={nobodyThere} />}
        {problem && (
          <Text role="alert" size="sm" c="var(--danger)">
            {describeError(problem, t)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          {preview.isLoadingError ? (
            <Button onClick={() => void preview.refetch()}>{t('common.retry')}</Button>
          ) : (
            <Button
              loading={redistribute.isPending}
              disabled={!wouldChange}
              onClick={() =>
                redistribute.mutate(undefined, {
                  onSuccess: ({ moved }) => {
                    notify.done(t('floor.redistributed', { count: moved }));
                    close();
                  },
                })
              }
            >
              {t('floor.redistribute')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function PreviewTable({ preview, nobodyThere }: { preview: Preview; nobodyThere: boolean }) {
  const { t } = useTranslation();
  const changes = changesOf(preview.sellers);
  if (preview.moved === 0) {
    return <Text size="md">{t(nobodyThere ? 'floor.previewNobody' : 'floor.previewNothing')}</Text>;
  }
  const summary = changes
    .filter(({ before, after }) => before !== after)
    .map(({ name, before, after }) => `${firstName(name)} ${signed(after - before)}`)
    .join(', ');
  return (
    <>
      <p className={classes.summary} role="status">
        <strong>{t('floor.previewMoved', { count: preview.moved })}</strong>
        {summary && `: ${summary}`}
      </p>
      {nobodyThere && (
        <Text size="sm" c="var(--amber-text)">
          {t('floor.previewNobody')}
        </Text>
      )}
      <Table className={classes.preview} verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('floor.seller')}</Table.Th>
            <Table.Th>{t('floor.before')}</Table.Th>
            <Table.Th>{t('floor.after')}</Table.Th>
            <Table.Th>{t('floor.gains')}</Table.Th>
            <Table.Th>{t('floor.loses')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ id, name, before, after, gains, loses }) => (
            <Table.Tr key={id}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{before}</Table.Td>
              <Table.Td>
                <strong>{after}</strong>
              </Table.Td>
              <Table.Td>{gains > 0 ? `+${gains}` : '—'}</Table.Td>
              <Table.Td>{loses > 0 ? `−${loses}` : '—'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

const signed = (change: number): string => (change < 0 ? `−${-change}` : `+${change}`);
