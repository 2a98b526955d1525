import { ActionIcon, Anchor, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconPencil, IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { Queue } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { QueueForm } from './queue-form';
import classes from './queues.module.css';

interface Props {
  queue: Queue;
  mayManage: boolean;
  /** Those whose bot hands over to it. */
  flows: { id: string; name: string }[];
}

export function QueueRow({ queue, mayManage, flows }: Props) {
  const { t } = useTranslation();
  const [editing, form] = useDisclosure();
  const [asking, question] = useDisclosure();
  return (
    <li>
      <IconUsersGroup size={18} stroke={1.7} aria-hidden />
      <div className={classes.about}>
        <strong>{queue.name}</strong>
        <span>
          {t(queue.business_hours ? 'service.queues.ownHours' : 'service.queues.companysHours')}
          {flows.length > 0 && ` · ${t('service.queues.filledBy')} `}
          {flows.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <Anchor component={Link} underline="always" size="sm" to={`/bot/${id}`}>
                {name}
              </Anchor>
            </span>
          ))}
        </span>
      </div>
      {mayManage && (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`${t('common.more')}: ${queue.name}`}>
              <IconDots size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={form.open}>
              {t('service.queues.edit')}
            </Menu.Item>
            <Menu.Item color="var(--danger)" leftSection={<IconTrash size={15} />} onClick={question.open}>
              {t('common.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {editing && <QueueForm queue={queue} onClose={form.close} />}
      <Deletion queue={queue} opened={asking} onClose={question.close} />
    </li>
  );
}

function Deletion({ queue, opened, onClose }: { queue: Queue; opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: () => ask(api.DELETE('/api/v1/queues/{id}', { params: { path: { id: queue.id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.queues }),
  });
  return (
    <ConfirmDialog
      opened={opened}
      title={t('service.queues.deleteTitle', { name: queue.name })}
      confirm={t('common.delete')}
      busy={remove.isPending}
      error={remove.error ? describeError(remove.error, t) : null}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      <Text size="sm">{t('service.queues.deleteHint')}</Text>
    </ConfirmDialog>
  );
}
