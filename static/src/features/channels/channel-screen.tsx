import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Problem } from '@/api/problem';
import { useMayI } from '@/api/queries';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { useChannel } from './api';
import { ChannelEditor } from './components/channel-editor';
import classes from './components/channels.module.css';

/** Everything about one channel. */
export default function ChannelScreen() {
  const { channelId = '' } = useParams();
  const { t } = useTranslation();
  const channel = useChannel(channelId);
  const mayManage = useMayI('conversations.manage');
  const isGone = channel.error instanceof Problem && channel.error.status === 404;
  return (
    <Page
      title={channel.data?.name ?? t('service.channels.title')}
      back={
        <Anchor component={Link} to="/settings/channels" className={classes.back}>
          <IconArrowLeft size={15} aria-hidden />
          {t('service.channels.title')}
        </Anchor>
      }
    >
      {isGone ? (
        <EmptyState
          title={t('service.channels.goneTitle')}
          hint={t('service.channels.goneHint')}
          action={
            <Button component={Link} to="/settings/channels">
              {t('service.channels.toAll')}
            </Button>
          }
        />
      ) : channel.isLoadingError ? (
        <LoadError error={channel.error} retry={() => void channel.refetch()} />
      ) : channel.isPending ? (
        <Delayed>
          <Skeleton height={520} radius="md" />
        </Delayed>
      ) : (
        <ChannelEditor key={channel.data.id} channel={channel.data} mayManage={mayManage} />
      )}
    </Page>
  );
}
