import { ActionIcon, Anchor, Badge, Button, Menu, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconPlus, IconStar, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useMayI } from '@/api/queries';
import { useChannels, useFlows } from '@/api/service';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { useCreateFlow, useDeleteFlow, useMakeDefault } from './api';
import classes from './components/bot.module.css';
import type { Flow } from './drawing';

/** The flows that the bot can run. There is always one: the server makes it. */
export default function FlowsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const flows = useFlows();
  const create = useCreateFlow();
  const total = flows.data?.total;
  const onCreate = () =>
    create.mutate(
      { name: t('bot.newName'), start: '', nodes: [] },
      {
        onSuccess: ({ id }) => navigate(`/bot/${id}`),
        onError: (error) => notify.failed(t('bot.notCreated'), describeError(error, t)),
      },
    );
  return (
    <Page
      title={t('bot.title')}
      count={total === undefined ? undefined : t('bot.count', { count: total })}
      actions={
        <Button leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={onCreate}>
          {t('bot.new')}
        </Button>
      }
    >
      <Text c="dimmed" mb="md" maw={640}>
        {t('bot.hint')}{' '}
        <Anchor component={Link} underline="always" to="/settings#service">
          {t('bot.toSettings')}
        </Anchor>
      </Text>
      {flows.isLoadingError ? (
        <LoadError error={flows.error} retry={() => void flows.refetch()} />
      ) : flows.isPending ? (
        <Delayed>
          <Skeleton height={84} radius="md" />
        </Delayed>
      ) : (
        <ul className={classes.flows}>
          {flows.data.items.map((flow) => (
            <FlowRow key={flow.id} flow={flow} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function FlowRow({ flow }: { flow: Flow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const channels = useChannels(useMayI('conversations.use')).data?.items ?? [];
  const running = channels
    .filter(({ config }) => (config.flow_id ? config.flow_id === flow.id : flow.is_default))
    .map(({ name }) => name);
  return (
    <li className={classes.flow}>
      <div>
        <h2>
          <Link to={`/bot/${flow.id}`} className={classes.flowLink}>
            {flow.name}
          </Link>
        </h2>
        <p>
          {t('bot.stepCount', { count: flow.nodes.length })} ·{' '}
          <time dateTime={flow.updated_at} title={formats.dateTime(flow.updated_at)}>
            {t('bot.changed', { when: formats.relative(flow.updated_at) })}
          </time>
          {running.length > 0 && ` · ${t('bot.runsOn', { channels: running.join(', ') })}`}
        </p>
      </div>
      <div className={classes.badges}>
        {flow.is_default && (
          <Badge variant="light" tt="none">
            {t('bot.default')}
          </Badge>
        )}
        <Badge variant="light" color={flow.version === null ? 'gray' : undefined} tt="none">
          {flow.version === null ? t('bot.neverPublished') : t('bot.version', { version: flow.version })}
        </Badge>
        {flow.version !== null && flow.has_changes && (
          <Badge variant="light" color="amber" tt="none">
            {t('bot.hasChanges')}
          </Badge>
        )}
      </div>
      <FlowMenu flow={flow} />
    </li>
  );
}

function FlowMenu({ flow }: { flow: Flow }) {
  const { t } = useTranslation();
  const makeDefault = useMakeDefault();
  const remove = useDeleteFlow();
  const [asking, question] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon
            className={classes.flowMenu}
            variant="subtle"
            color="gray"
            aria-label={`${t('common.more')}: ${flow.name}`}
          >
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconStar size={15} />}
            disabled={flow.is_default}
            onClick={() =>
              makeDefault.mutate(flow.id, {
                onError: (error) => notify.failed(flow.name, describeError(error, t)),
              })
            }
          >
            {t('bot.makeDefault')}
          </Menu.Item>
          <Menu.Item
            color="var(--danger)"
            leftSection={<IconTrash size={15} />}
            disabled={flow.is_default}
            title={flow.is_default ? t('errors.code.default_flow') : undefined}
            onClick={question.open}
          >
            {t('common.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        title={t('bot.deleteTitle', { name: flow.name })}
        confirm={t('common.delete')}
        busy={remove.isPending}
        error={remove.error ? describeError(remove.error, t) : null}
        onConfirm={() => remove.mutate(flow.id, { onSuccess: question.close })}
        onClose={question.close}
      >
        <Text size="sm">{t('bot.deleteHint')}</Text>
      </ConfirmDialog>
    </>
  );
}
