import { ActionIcon, Badge, Menu, Switch, Text } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { IconCode, IconDots, IconExternalLink, IconMessageCircle, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayI } from '@/api/queries';
import { useFlows } from '@/api/service';
import type { Channel } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { useDeleteChannel, useUpdateChannel } from '../api';
import { lookOf, snippetOf } from '../look';
import classes from './channels.module.css';

export function ChannelRow({ channel, mayManage }: { channel: Channel; mayManage: boolean }) {
  const { t } = useTranslation();
  const { color } = lookOf(channel);
  const flow = useFlowName(channel);
  return (
    <li className={classes.channel}>
      <span className={classes.mark} style={{ background: color }} aria-hidden>
        <IconMessageCircle size={18} />
      </span>
      <div className={classes.about}>
        <h2>
          <Link to={`/settings/channels/${channel.id}`} className={classes.link}>
            {channel.name}
          </Link>
        </h2>
        <p>
          {t(`service.channels.kinds.${channel.kind}`)}
          {flow && ` · ${flow}`}
        </p>
      </div>
      {mayManage ? (
        <Status channel={channel} />
      ) : (
        <Badge variant="light" color={channel.status === 'active' ? undefined : 'gray'} tt="none">
          {t(`service.channels.status.${channel.status}`)}
        </Badge>
      )}
      <RowMenu channel={channel} mayManage={mayManage} />
    </li>
  );
}

function useFlowName({ config }: Channel): string | null {
  const { t } = useTranslation();
  const flows = useFlows(useMayI('bot.manage')).data?.items;
  const flow = flows?.find(({ id, is_default }) => (config.flow_id ? id === config.flow_id : is_default));
  return flow ? t('service.channels.runs', { flow: flow.name }) : null;
}

function Status({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const update = useUpdateChannel(channel.id);
  const isActive = channel.status === 'active';
  return (
    <Switch
      className={classes.switch}
      classNames={{ labelWrapper: classes.switchLabel }}
      aria-label={t('service.channels.isOn', { name: channel.name })}
      label={<span aria-hidden>{t(`service.channels.status.${channel.status}`)}</span>}
      labelPosition="left"
      checked={isActive}
      disabled={update.isPending}
      onChange={() =>
        update.mutate(
          { status: isActive ? 'paused' : 'active' },
          {
            onSuccess: ({ status }) =>
              notify.done(t(`service.channels.now.${status}`, { name: channel.name })),
            onError: (error) => notify.failed(channel.name, describeError(error, t)),
          },
        )
      }
    />
  );
}

function RowMenu({ channel, mayManage }: { channel: Channel; mayManage: boolean }) {
  const { t } = useTranslation();
  const remove = useDeleteChannel(channel.id);
  const clipboard = useClipboard();
  const [asking, question] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon
            className={classes.menu}
            variant="subtle"
            color="gray"
            aria-label={`${t('common.more')}: ${channel.name}`}
          >
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {clipboardIsThere() && (
            <Menu.Item
              leftSection={<IconCode size={15} />}
              onClick={() => {
                clipboard.copy(snippetOf(channel.public_key, location.origin));
                notify.done(t('service.channels.copied'));
              }}
            >
              {t('service.channels.copySnippet')}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconExternalLink size={15} />}
            component="a"
            href={`/demo/shop?channel=${channel.public_key}`}
            target="_blank"
          >
            {t('service.channels.tryOnPage')}
          </Menu.Item>
          {mayManage && (
            <Menu.Item color="var(--danger)" leftSection={<IconTrash size={15} />} onClick={question.open}>
              {t('common.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        title={t('service.channels.deleteTitle', { name: channel.name })}
        confirm={t('common.delete')}
        busy={remove.isPending}
        error={remove.error ? describeError(remove.error, t) : null}
        onConfirm={() => remove.mutate(undefined, { onSuccess: question.close })}
        onClose={() => {
          remove.reset();
          question.close();
        }}
      >
        <Text size="sm">{t('service.channels.deleteHint')}</Text>
      </ConfirmDialog>
    </>
  );
}

/** Browsers give it to pages that came by HTTPS only. */
const clipboardIsThere = (): boolean => 'clipboard' in navigator;
