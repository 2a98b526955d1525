import { Button, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMayI } from '@/api/queries';
import { useChannels } from '@/api/service';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { ToSettings } from '@/ui/to-settings';
import { ChannelRow } from './components/channel-row';
import classes from './components/channels.module.css';
import { NewChannel } from './components/new-channel';

/** The ways by which customers come. */
export default function ChannelsScreen() {
  const { t } = useTranslation();
  const mayManage = useMayI('conversations.manage');
  const channels = useChannels();
  const [creating, dialog] = useDisclosure();
  const total = channels.data?.total;
  const add = mayManage && (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      {t('service.channels.new')}
    </Button>
  );
  const isEmpty = total === 0;
  return (
    <Page
      title={t('service.channels.title')}
      count={!total ? undefined : t('service.channels.count', { count: total })}
      back={<ToSettings />}
      actions={!isEmpty && add}
      narrow
    >
      <Text c="dimmed" mb="md">
        {t('service.channels.hint')}
      </Text>
      {channels.isLoadingError ? (
        <LoadError error={channels.error} retry={() => void channels.refetch()} />
      ) : channels.isPending ? (
        <Delayed>
          <Skeleton height={78} radius="md" />
        </Delayed>
      ) : isEmpty ? (
        <EmptyState
          title={t('service.channels.emptyTitle')}
          hint={t('service.channels.emptyHint')}
          action={add}
        />
      ) : (
        <ul className={classes.channels}>
          {channels.data.items.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} mayManage={mayManage} />
          ))}
        </ul>
      )}
      {creating && <NewChannel onClose={dialog.close} />}
    </Page>
  );
}
