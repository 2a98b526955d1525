import { Anchor, Button, Skeleton, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '@/api/client';
import { keys, useMayI } from '@/api/queries';
import { useFlows, useQueues } from '@/api/service';
import type { Queue } from '@/api/types';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { newId } from '@/ui/new-id';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { ToSettings } from '@/ui/to-settings';
import classes from './queues.module.css';

const MOST_CHARACTERS = 100;

/** Where customers wait until somebody takes over. */
export default function QueuesScreen() {
  const { t } = useTranslation();
  const mayManage = useMayI('conversations.manage');
  const queues = useQueues();
  const count = queues.data?.length;
  return (
    <Page
      title={t('service.queues.title')}
      count={count === undefined ? undefined : t('service.queues.count', { count })}
      back={<ToSettings />}
      narrow
    >
      <Text c="dimmed" mb="md">
        {t('service.queues.hint')}
      </Text>
      {mayManage && <NewQueue />}
      {queues.isLoadingError ? (
        <LoadError error={queues.error} retry={() => void queues.refetch()} />
      ) : queues.isPending ? (
        <Delayed>
          <Skeleton height={120} radius="md" />
        </Delayed>
      ) : queues.data.length === 0 ? (
        <EmptyState title={t('service.queues.emptyTitle')} hint={t('service.queues.emptyHint')} />
      ) : (
        <List queues={queues.data} />
      )}
    </Page>
  );
}

function List({ queues }: { queues: Queue[] }) {
  const { t } = useTranslation();
  const flows = useFlows(useMayI('bot.manage')).data?.items ?? [];
  return (
    <ul className={classes.queues} aria-label={t('service.queues.title')}>
      {queues.map((queue) => {
        const leading = flows.filter(({ nodes }) =>
          nodes.some((node) => node.type === 'handover' && node.queue_id === queue.id),
        );
        return (
          <li key={queue.id}>
            <IconUsersGroup size={18} stroke={1.7} aria-hidden />
            <strong>{queue.name}</strong>
            {leading.length > 0 && (
              <span>
                {t('service.queues.filledBy')}{' '}
                {leading.map(({ id, name }, index) => (
                  <span key={id}>
                    {index > 0 && ', '}
                    <Anchor component={Link} size="sm" to={`/bot/${id}`}>
                      {name}
                    </Anchor>
                  </span>
                ))}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function NewQueue() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const key = useRef(newId());
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
    onValuesChange: () => {
      // Another name is another queue.
      key.current = newId();
    },
  });
  const create = useMutation({
    networkMode: 'always',
    mutationFn: (name: string) =>
      ask(
        api.POST('/api/v1/queues', {
          params: { header: { 'Idempotency-Key': key.current } },
          body: { name },
        }),
      ),
    onSuccess: (queue) => {
      cache.setQueryData<Queue[]>(keys.queues, (before) => before && [...before, queue].sort(byName));
      void cache.invalidateQueries({ queryKey: keys.queues });
      form.reset();
      notify.done(t('service.queues.made', { name: queue.name }));
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <form
      noValidate
      className={classes.new}
      onSubmit={form.onSubmit(({ name }) => create.mutate(name.trim()))}
    >
      <TextInput
        label={t('service.queues.new')}
        placeholder={t('service.queues.placeholder')}
        maxLength={MOST_CHARACTERS}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Button type="submit" leftSection={<IconPlus size={16} />} loading={create.isPending}>
        {t('service.queues.add')}
      </Button>
      <FormError error={create.error} />
    </form>
  );
}

const byName = (one: Queue, other: Queue) => one.name.localeCompare(other.name);
