import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Branch, Choice, NodeOf } from '../drawing';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { NameField, TargetField } from './fields';

const OPS = ['eq', 'ne', 'contains', 'gt', 'lt', 'exists'] as const;
const MOST_OPTIONS = 20;

/** The number after the highest one. */
const nextKey = (options: readonly Choice[]) =>
  String(1 + Math.max(0, ...options.map(({ key }) => Number(key)).filter(Number.isInteger)));

export function OptionFields({ node }: { node: NodeOf<'menu'> }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  const { options } = node;
  const set = (index: number, fields: Partial<Choice>) =>
    edit(
      { ...node, options: options.map((option, at) => (at === index ? { ...option, ...fields } : option)) },
      `${node.id}.option-${index}.${Object.keys(fields).join()}`,
    );
  return (
    <List
      title={t('bot.options')}
      add={t('bot.addOption')}
      full={options.length >= MOST_OPTIONS}
      onAdd={() => edit({ ...node, options: [...options, { key: nextKey(options), label: '', next: null }] })}
    >
      {options.map((option, index) => (
        <Item
          // biome-ignore lint/suspicious/noArrayIndexKey: options have no identity but their place
          key={index}
          title={t('bot.option', { number: index + 1 })}
          remove={t('bot.removeOption', { number: index + 1 })}
          onRemove={() => edit({ ...node, options: options.filter((_, at) => at !== index) })}
        >
          <div className={classes.keyed}>
            <TextInput
              label={t('bot.optionKey')}
              value={option.key}
              maxLength={20}
              onChange={(event) => set(index, { key: event.currentTarget.value })}
            />
            <TextInput
              label={t('bot.optionLabel')}
              value={option.label}
              maxLength={200}
              onChange={(event) => set(index, { label: event.currentTarget.value })}
            />
          </div>
          <TargetField
            label={t('bot.ways.next')}
            from={node.id}
            value={option.next}
            onChange={(next) => set(index, { next })}
          />
        </Item>
      ))}
    </List>
  );
}

export function BranchFields({ node }: { node: NodeOf<'condition'> }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  const { branches } = node;
  const set = (index: number, fields: Partial<Branch>) =>
    edit(
      { ...node, branches: branches.map((branch, at) => (at === index ? { ...branch, ...fields } : branch)) },
      `${node.id}.branch-${index}.${Object.keys(fields).join()}`,
    );
  return (
    <List
      title={t('bot.branches')}
      add={t('bot.addBranch')}
      full={branches.length >= MOST_OPTIONS}
      onAdd={() => edit({ ...node, branches: [...branches, { field: '', op: 'eq', value: '', next: null }] })}
    >
      {branches.map((branch, index) => (
        <Item
          // biome-ignore lint/suspicious/noArrayIndexKey: branches have no identity but their place
          key={index}
          title={t('bot.branch', { number: index + 1 })}
          remove={t('bot.removeBranch', { number: index + 1 })}
          onRemove={() => edit({ ...node, branches: branches.filter((_, at) => at !== index) })}
        >
          <NameField
            label={t('bot.ifField')}
            value={branch.field}
            onChange={(field) => set(index, { field })}
          />
          <div className={classes.compared}>
            <Select
              label={t('bot.op')}
              data={OPS.map((op) => ({ value: op, label: t(`bot.ops.${op}`) }))}
              value={branch.op}
              allowDeselect={false}
              onChange={(op) => set(index, { op: OPS.find((known) => known === op) ?? 'eq' })}
            />
            {branch.op !== 'exists' && (
              <TextInput
                label={t('bot.value')}
                value={branch.value === null || branch.value === undefined ? '' : String(branch.value)}
                onChange={(event) => set(index, { value: event.currentTarget.value })}
              />
            )}
          </div>
          <TargetField
            label={t('bot.ways.next')}
            from={node.id}
            value={branch.next}
            onChange={(next) => set(index, { next })}
          />
        </Item>
      ))}
    </List>
  );
}

interface ListProps {
  title: string;
  add: string;
  full: boolean;
  onAdd(): void;
  children: ReactNode;
}

function List({ title, add, full, onAdd, children }: ListProps) {
  return (
    <div>
      <h3 className={classes.listTitle}>{title}</h3>
      <ul className={classes.list}>{children}</ul>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        disabled={full}
        onClick={onAdd}
      >
        {add}
      </Button>
    </div>
  );
}

interface ItemProps {
  title: string;
  remove: string;
  onRemove(): void;
  children: ReactNode;
}

function Item({ title, remove, onRemove, children }: ItemProps) {
  return (
    <li className={classes.item}>
      <fieldset>
        <legend className="visually-hidden">{title}</legend>
        {children}
      </fieldset>
      <ActionIcon variant="subtle" color="gray" aria-label={remove} onClick={onRemove}>
        <IconTrash size={15} />
      </ActionIcon>
    </li>
  );
}
