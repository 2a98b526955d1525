import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
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
import { MOST_CHARACTERS } from './most';
import { QueueRow } from './queue-row';
import classes from './queues.module.css';

/** Where customers wait until somebody takes over. */
export default function QueuesScreen() {
  const { t } = useTranslation();
  const mayManage = useMayI('conversations.manage');
  const queues = useQueues();
  const count = queues.data?.length;
  return (
    <Page
      title={t('service.queues.title')}
      count={!count ? undefined : t('service.queues.count', { count })}
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
        <List queues={queues.data} mayManage={mayManage} />
      )}
    </Page>
  );
}

function List({ queues, mayManage }: { queues: Queue[]; mayManage: boolean }) {
  const { t } = useTranslation();
  const flows = useFlows(useMayI('bot.manage')).data?.items ?? [];
  return (
    <ul className={classes.queues} aria-label={t('service.queues.title')}>
      {queues.map((queue) => (
        <QueueRow
          key={queue.id}
          queue={queue}
          mayManage={mayManage}
          flows={flows.filter(({ nodes }) =>
            nodes.some((node) => node.type === 'handover' && node.queue_id === queue.id),
          )}
        />
      ))}
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
