import { ActionIcon, Group, Menu, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconDots, IconFlag, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import { useQueues } from '@/api/service';
import { type FlowNode, led, type NodeOf, waysOf } from '../drawing';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { LineField, NameField, SaysField, TagsField, TargetField, useWayLabel } from './fields';
import { HttpFields } from './http-fields';
import { KIND_ICONS } from './kinds';
import { BranchFields, OptionFields } from './list-fields';
import { ProblemList } from './problem-list';

const ANSWERS = ['text', 'email', 'phone', 'cpf', 'cnpj', 'number', 'date'] as const;

/** Everything about one step. */
export function NodeForm({ node }: { node: FlowNode }) {
  const { t } = useTranslation();
  const { problems, start, makeStart, remove } = useEditor();
  const Icon = KIND_ICONS[node.type];
  const isStart = node.id === start;
  return (
    <section aria-label={t(`bot.kinds.${node.type}`)} className={classes.form}>
      <header className={classes.formHead}>
        <Icon size={18} aria-hidden />
        <h2>{t(`bot.kinds.${node.type}`)}</h2>
        <Menu position="bottom-end" width={210}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('bot.stepActions')}>
              <IconDots size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconFlag size={15} />}
              disabled={isStart}
              onClick={() => makeStart(node.id)}
            >
              {t('bot.makeStart')}
            </Menu.Item>
            <Menu.Item
              color="var(--danger)"
              leftSection={<IconTrash size={15} />}
              onClick={() => remove(new Set([node.id]))}
            >
              {t('bot.removeStep')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <Text size="sm" c="dimmed">
        {t(`bot.kindHints.${node.type}`)}
      </Text>
      <ProblemList problems={problems.get(node.id) ?? []} />
      <Stack gap="sm">
        <KindFields node={node} />
        <WayFields node={node} />
      </Stack>
      {isStart && (
        <Text size="xs" c="dimmed">
          {t('bot.isStart')}
        </Text>
      )}
    </section>
  );
}

/** Ways that stand in no list of their own. */
function WayFields({ node }: { node: FlowNode }) {
  const { edit } = useEditor();
  const labelOf = useWayLabel();
  return waysOf(node)
    .filter(({ name }) => !name.includes('-'))
    .map((way) => (
      <TargetField
        key={way.name}
        label={labelOf(node, way)}
        from={node.id}
        value={way.target}
        optional={way.optional}
        onChange={(target) => edit(led(node, way.name, target))}
      />
    ));
}

function KindFields({ node }: { node: FlowNode }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  /** Typing in one field is one step of undo. */
  const set = (fields: Partial<FlowNode>) =>
    edit({ ...node, ...fields } as FlowNode, `${node.id}.${Object.keys(fields).join()}`);
  const says = (required = true) => (
    <SaysField
      label={t('bot.says')}
      hint={t('bot.saysHint', { open: '{{', close: '}}' })}
      value={'text' in node ? node.text : ''}
      required={required}
      onChange={(text) => set({ text })}
    />
  );

  switch (node.type) {
    case 'message':
      return says();
    case 'menu':
      return (
        <>
          {says()}
          <OptionFields node={node} />
          <Misunderstood node={node} />
          <NumberInput
            label={t('bot.maxTries')}
            value={node.max_tries ?? 3}
            min={1}
            max={10}
            onChange={(tries) => set({ max_tries: Number(tries) || 1 })}
          />
        </>
      );
    case 'question':
      return (
        <>
          {says()}
          <NameField
            label={t('bot.keepAs')}
            hint={t('bot.keepAsHint')}
            value={node.field}
            required
            onChange={(field) => set({ field })}
          />
          <Select
            label={t('bot.answerKind')}
            data={ANSWERS.map((kind) => ({ value: kind, label: t(`bot.answers.${kind}`) }))}
            value={node.validate ?? 'text'}
            allowDeselect={false}
            onChange={(validate) => set({ validate: ANSWERS.find((kind) => kind === validate) ?? 'text' })}
          />
          <Misunderstood node={node} />
        </>
      );
    case 'condition':
      return <BranchFields node={node} />;
    case 'set':
      return (
        <>
          <NameField
            label={t('bot.keepAs')}
            value={node.field}
            required
            onChange={(field) => set({ field })}
          />
          <LineField label={t('bot.value')} value={node.value} onChange={(value) => set({ value })} />
        </>
      );
    case 'tag':
      return (
        <>
          <TagsField label={t('bot.addTags')} value={node.add} onChange={(add) => set({ add })} />
          <TagsField
            label={t('bot.removeTags')}
            value={node.remove}
            onChange={(tags) => set({ remove: tags })}
          />
        </>
      );
    case 'http':
      return <HttpFields node={node} />;
    case 'ai':
      return (
        <>
          <SaysField
            label={t('bot.instructions')}
            hint={t('bot.instructionsHint')}
            value={node.instructions}
            onChange={(instructions) => set({ instructions })}
          />
          <NumberInput
            label={t('bot.maxTurns')}
            value={node.max_turns ?? 5}
            min={1}
            max={50}
            onChange={(turns) => set({ max_turns: Number(turns) || 1 })}
          />
        </>
      );
    case 'handover':
      return (
        <>
          {says(false)}
          <ToWhom node={node} />
        </>
      );
    case 'close':
      return says(false);
    case 'hours':
      return (
        <QueueField
          label={t('bot.hoursOf')}
          hint={t('bot.hoursOfHint')}
          none={t('bot.companysHours')}
          value={node.queue_id}
          onChange={(queue) => edit({ ...node, queue_id: queue })}
        />
      );
  }
}

function Misunderstood({ node }: { node: NodeOf<'menu'> | NodeOf<'question'> }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  return (
    <SaysField
      label={t('bot.misunderstood')}
      placeholder={t('bot.misunderstoodPlaceholder')}
      value={node.invalid_text}
      onChange={(text) => edit({ ...node, invalid_text: text || null }, `${node.id}.invalid_text`)}
    />
  );
}

/** To a person, or to a queue where whoever is free takes over. */
function ToWhom({ node }: { node: NodeOf<'handover'> }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  const people = usePeople();
  const toPeople = [...people.values()]
    .filter(({ id, is_active }) => is_active || id === node.user_id)
    .map(({ id, full_name }) => ({ value: id, label: full_name }));
  return (
    <>
      <QueueField
        label={t('bot.toQueue')}
        hint={node.user_id ? t('bot.toQueueUnused') : undefined}
        none={t('bot.noQueue')}
        value={node.queue_id}
        onChange={(queue) => edit({ ...node, queue_id: queue })}
      />
      <Select
        label={t('bot.toWhom')}
        placeholder={t('bot.whoeverIsFree')}
        data={toPeople}
        value={node.user_id ?? null}
        searchable
        clearable
        onChange={(user) => edit({ ...node, user_id: user })}
      />
    </>
  );
}

interface QueueProps {
  label: string;
  hint?: string;
  /** What holds without one. */
  none: string;
  value: string | null | undefined;
  onChange(queue: string | null): void;
}

/** One of the company's queues; a chosen one stays to be seen also where it is not among them any more. */
function QueueField({ label, hint, none, value, onChange }: QueueProps) {
  const { t } = useTranslation();
  const queues = useQueues();
  const data = (queues.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isLost = value && !data.some((item) => item.value === value);
  const lost = { value: value ?? '', label: t(queues.isSuccess ? 'bot.lostQueue' : 'common.loading') };
  return (
    <Select
      label={label}
      description={hint}
      placeholder={none}
      data={isLost ? [...data, lost] : data}
      value={value ?? null}
      error={queues.isError ? t('bot.queuesNotLoaded') : undefined}
      nothingFoundMessage={t('bot.noSuchQueue')}
      searchable
      clearable
      onChange={onChange}
    />
  );
}

export function NothingSelected({ onAdd }: { onAdd: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.nothing}>
      <Text size="sm" c="dimmed">
        {t('bot.selectHint')}
      </Text>
      <Group justify="center" mt="sm">
        {onAdd}
      </Group>
    </div>
  );
}
