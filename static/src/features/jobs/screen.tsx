import { ActionIcon, Anchor, Badge, Button, Skeleton, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowLeft, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayI } from '@/api/queries';
import type { JobSummary } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { useDeadJobs, useRemoveJob, useRetryJob } from './api';
import classes from './jobs.module.css';

/** What the server tried in the background and gave up, for administrators. */
export default function JobsScreen() {
  const { t } = useTranslation();
  const may = useMayI('jobs.manage');
  return (
    <Page
      title={t('jobs.title')}
      narrow
      back={
        <Anchor component={Link} to="/settings" className={classes.back}>
          <IconArrowLeft size={15} aria-hidden />
          {t('nav.settings')}
        </Anchor>
      }
    >
      {may ? <DeadJobs /> : <EmptyState title={t('errors.code.forbidden')} />}
    </Page>
  );
}

function DeadJobs() {
  const { t } = useTranslation();
  const jobs = useDeadJobs();
  const items = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  if (jobs.isError) return <LoadError error={jobs.error} retry={() => void jobs.refetch()} />;
  if (jobs.isPending) {
    return (
      <Delayed>
        <Skeleton height={160} radius="md" />
      </Delayed>
    );
  }
  if (items.length === 0) return <EmptyState title={t('jobs.emptyTitle')} hint={t('jobs.emptyHint')} />;
  return (
    <>
      <p className={classes.hint}>{t('jobs.hint')}</p>
      <ul className={classes.jobs}>
        {items.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
      {jobs.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={jobs.isFetchingNextPage}
          onClick={() => void jobs.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </>
  );
}

function Job({ job }: { job: JobSummary }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const retry = useRetryJob();
  const remove = useRemoveJob();
  const [asking, question] = useDisclosure();
  const failed = (error: unknown) => notify.failed(job.kind, describeError(error, t));
  const ended = job.finished_at ?? job.run_at;
  const details = Object.keys(job.payload).length > 0 ? JSON.stringify(job.payload, null, 2) : null;
  return (
    <li aria-label={job.kind}>
      <div className={classes.head}>
        <code>{job.kind}</code>
        <Badge variant="light" color="red" tt="none">
          {t('jobs.attempts', { count: job.attempts })}
        </Badge>
        <Text span size="sm" c="dimmed" title={formats.dateTime(ended)}>
          {t('jobs.failed', { when: formats.relative(ended) })}
        </Text>
        <span className={classes.actions}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={retry.isPending}
            onClick={() =>
              retry.mutate(job.id, { onSuccess: () => notify.done(t('jobs.queued')), onError: failed })
            }
          >
            {t('common.retry')}
          </Button>
          <Tooltip label={t('jobs.remove')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('jobs.remove')} onClick={question.open}>
              <IconTrash size={17} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      {job.last_error !== null && <p className={classes.error}>{job.last_error}</p>}
      {details && (
        <details>
          <summary>{t('jobs.payload')}</summary>
          <pre>{details}</pre>
        </details>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('jobs.removeTitle')}
        confirm={t('jobs.remove')}
        busy={remove.isPending}
        error={remove.isError ? describeError(remove.error, t) : null}
        onClose={() => {
          remove.reset();
          question.close();
        }}
        onConfirm={() => remove.mutate(job.id, { onSuccess: () => notify.done(t('jobs.removed')) })}
      >
        <Text size="md">{t('jobs.removeHint')}</Text>
      </ConfirmDialog>
    </li>
  );
}
