import { Button, Group, Loader, Modal, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople, useSession } from '@/api/queries';
import { useQueues } from '@/api/service';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { suggest } from '../api';
import { snoozeTimes } from '../snooze';
import type { Conversation } from '../types';
import type { Deeds } from '../use-conversation';
import classes from './inbox.module.css';

/** What is being asked about the open conversation. */
export type Asking = 'transfer' | 'close' | 'snooze' | 'summary' | null;

const MOST_REASON = 500;

interface Props {
  asking: Asking;
  conversation: Conversation;
  deeds: Deeds;
  onClose(): void;
}

export function Dialogs({ asking, ...props }: Props) {
  const { t } = useTranslation();
  const titles = {
    transfer: t('inbox.transfer.title'),
    close: t('inbox.closing.title'),
    snooze: t('inbox.snooze.title'),
    summary: t('inbox.ai.summary'),
  };
  return (
    <Modal
      opened={asking !== null}
      onClose={props.onClose}
      title={asking && titles[asking]}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {asking === 'transfer' && <TransferForm {...props} />}
      {asking === 'close' && <CloseForm {...props} />}
      {asking === 'snooze' && <SnoozeForm {...props} />}
      {asking === 'summary' && <Summary {...props} />}
    </Modal>
  );
}

type FormProps = Omit<Props, 'asking'>;

/** Asks and closes; a refusal stays beside what was written. */
function useAsk({ deeds, onClose }: FormProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<string | null>(null);
  const ask = async (name: string, data: Record<string, unknown>) => {
    setError(null);
    if (await deeds.ask(name, data, (cause) => setError(describeError(cause, t)))) onClose();
  };
  return { error, ask };
}

interface FootProps {
  error: string | null;
  submit: string;
  busy: boolean;
  disabled?: boolean;
  isAway: boolean;
  onClose(): void;
}

function Foot({ error, submit, busy, disabled, isAway, onClose }: FootProps) {
  const { t } = useTranslation();
  return (
    <>
      {(error || isAway) && (
        <Text role="alert" size="sm" c="var(--danger)">
          {error ?? t('inbox.bar.offline')}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={disabled || isAway}>
          {submit}
        </Button>
      </Group>
    </>
  );
}

type Kind = 'person' | 'queue' | 'bot';

function TransferForm(props: FormProps) {
  const { conversation, deeds, onClose } = props;
  const { t } = useTranslation();
  const me = useSession()?.user.id;
  const people = usePeople();
  const { data: queues = [] } = useQueues();
  const { error, ask } = useAsk(props);
  const [kind, setKind] = useState<Kind>('person');
  const [target, setTarget] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const others = [...people.values()]
    .filter((one) => one.is_active && one.role !== 'super_admin' && one.id !== conversation.assigned_user_id)
    .map(({ id, full_name }) => ({ value: id, label: id === me ? t('inbox.transfer.me') : full_name }));
  const kinds = (['person', 'queue', 'bot'] as const).filter(
    (one) => one !== 'bot' || !conversation.is_bot_active,
  );
  const isWhole = kind === 'bot' || target !== null;
  const submit = () => {
    const to = { person: { to_user_id: target }, queue: { to_queue_id: target }, bot: { to_bot: true } }[
      kind
    ];
    void ask('transfer', { ...to, ...(reason.trim() && { reason: reason.trim() }) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) submit();
      }}
    >
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          aria-label={t('inbox.transfer.toWhom')}
          data={kinds.map((one) => ({ value: one, label: t(`inbox.transfer.kinds.${one}`) }))}
          value={kind}
          onChange={(next) => {
            setKind(next as Kind);
            setTarget(null);
          }}
        />
        {kind === 'person' && (
          <Select
            label={t('inbox.transfer.person')}
            placeholder={t('chat.chooseSomebody')}
            searchable
            nothingFoundMessage={t('chat.nobodyElse')}
            data={others}
            value={target}
            onChange={setTarget}
          />
        )}
        {kind === 'queue' && (
          <Select
            label={t('inbox.transfer.queue')}
            placeholder={t('inbox.transfer.chooseQueue')}
            nothingFoundMessage={t('inbox.transfer.noQueue')}
            data={queues.map(({ id, name }) => ({ value: id, label: name }))}
            value={target}
            onChange={setTarget}
          />
        )}
        {kind === 'bot' && <Text size="sm">{t('inbox.transfer.botHint')}</Text>}
        <Textarea
          label={t('inbox.transfer.reason')}
          description={t('inbox.transfer.reasonHint')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={MOST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Foot
          error={error}
          submit={t('inbox.transfer.submit')}
          busy={deeds.busy === 'transfer'}
          disabled={!isWhole}
          isAway={deeds.isAway}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}

function CloseForm(props: FormProps) {
  const { t } = useTranslation();
  const { error, ask } = useAsk(props);
  const [resolution, setResolution] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask('close', resolution.trim() ? { resolution: resolution.trim() } : {});
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('inbox.closing.hint')}</Text>
        <Textarea
          data-autofocus
          label={t('inbox.closing.resolution')}
          description={t('inbox.closing.resolutionHint')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={MOST_REASON}
          value={resolution}
          onChange={(event) => setResolution(event.currentTarget.value)}
        />
        <Foot
          error={error}
          submit={t('inbox.close')}
          busy={props.deeds.busy === 'close'}
          isAway={props.deeds.isAway}
          onClose={props.onClose}
        />
      </Stack>
    </form>
  );
}

function SnoozeForm(props: FormProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { error, ask } = useAsk(props);
  const [times] = useState(() => snoozeTimes(new Date()));
  return (
    <Stack gap="xs">
      <Text size="sm">{t('inbox.snooze.hint')}</Text>
      {times.map(({ name, until }) => (
        <Button
          key={name}
          variant="default"
          justify="space-between"
          rightSection={<span className={classes.quiet}>{formats.dateTime(until)}</span>}
          loading={props.deeds.busy === 'snooze'}
          disabled={props.deeds.isAway}
          onClick={() => void ask('snooze', { until })}
        >
          {t(`inbox.snooze.times.${name}`)}
        </Button>
      ))}
      {error && (
        <Text role="alert" size="sm" c="var(--danger)">
          {error}
        </Text>
      )}
    </Stack>
  );
}

function Summary({ conversation, onClose }: FormProps) {
  const { t } = useTranslation();
  const summary = useQuery({
    queryKey: ['inbox-summary', conversation.id, conversation.messages.at(-1)?.id],
    queryFn: () => suggest(conversation.id, 'summary'),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Stack gap="sm">
      {summary.isPending && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          {t('inbox.ai.asking')}
        </Group>
      )}
      {summary.isError && (
        <Text role="alert" size="sm">
          {describeError(summary.error, t)}
        </Text>
      )}
      {summary.data && <Text className={classes.summary}>{summary.data}</Text>}
      <Group justify="flex-end">
        {summary.isError && (
          <Button variant="default" loading={summary.isFetching} onClick={() => void summary.refetch()}>
            {t('common.retry')}
          </Button>
        )}
        <Button onClick={onClose}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}
