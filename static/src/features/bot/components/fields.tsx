import { Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type FlowNode, gist, type Way } from '../drawing';
import { useEditor } from './editor-context';

export function useNodeTitle(): (node: FlowNode) => string {
  const { t } = useTranslation();
  return (node) => {
    const says = gist(node).replace(/\s+/g, ' ').trim();
    const kind = t(`bot.kinds.${node.type}`);
    return says ? `${kind}: ${says.length > 48 ? `${says.slice(0, 47)}…` : says}` : `${kind} (${node.id})`;
  };
}

export function useWayLabel(): (node: FlowNode, way: Way) => string {
  const { t } = useTranslation();
  return (node, { name }) => {
    const [list, at] = name.split('-');
    const index = Number(at);
    if (list === 'option' && node.type === 'menu') {
      const option = node.options[index];
      return `${option?.key ?? ''} · ${option?.label || t('bot.noText')}`;
    }
    if (list === 'branch' && node.type === 'condition') {
      const branch = node.branches[index];
      if (!branch?.field) return t('bot.branch', { number: index + 1 });
      const op = t(`bot.ops.${branch.op}`);
      return branch.op === 'exists'
        ? `${branch.field} ${op}`
        : `${branch.field} ${op} ${String(branch.value)}`;
    }
    if (name === 'next') {
      return t(
        node.type === 'http' ? 'bot.ways.answered' : node.type === 'ai' ? 'bot.ways.after' : 'bot.ways.next',
      );
    }
    if (name === 'otherwise') return t(node.type === 'menu' ? 'bot.ways.gaveUp' : 'bot.ways.otherwise');
    return t(`bot.ways.${name as 'open' | 'closed' | 'failed'}`);
  };
}

interface TargetProps {
  label: string;
  from: string;
  value: string | null;
  optional?: boolean;
  onChange(target: string | null): void;
}

/** Chooses where a way leads; the way to draw one without a pointer. */
export function TargetField({ label, from, value, optional, onChange }: TargetProps) {
  const { t } = useTranslation();
  const { nodes } = useEditor();
  const titleOf = useNodeTitle();
  const data = nodes
    .filter(({ id }) => id !== from)
    .map((node) => ({ value: node.id, label: titleOf(node) }));
  const isMissing = value !== null && !nodes.some(({ id }) => id === value);
  return (
    <Select
      label={label}
      placeholder={t(optional ? 'bot.toPeople' : 'bot.chooseTarget')}
      data={isMissing ? [...data, { value, label: value }] : data}
      value={value}
      onChange={onChange}
      searchable
      clearable
      nothingFoundMessage={t('bot.noOtherSteps')}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

interface TextProps {
  label: string;
  value: string | null | undefined;
  hint?: string;
  placeholder?: string;
  required?: boolean;
  onChange(value: string): void;
}

/** What the bot says: several lines, with what is known put in. */
export function SaysField({ label, value, hint, placeholder, required, onChange }: TextProps) {
  return (
    <Textarea
      label={label}
      description={hint}
      placeholder={placeholder}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={4_000}
      autosize
      minRows={2}
      maxRows={10}
      required={required}
    />
  );
}

export function LineField({ label, value, hint, placeholder, required, onChange }: TextProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      placeholder={placeholder}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={2_000}
      autoComplete="off"
      spellCheck={false}
      required={required}
    />
  );
}

/** The name of something the bot remembers; those already in use are offered. */
export function NameField(props: Omit<TextProps, 'placeholder'>) {
  const { t } = useTranslation();
  const id = useId();
  const { names } = useEditor();
  return (
    <>
      <TextInput
        label={props.label}
        description={props.hint}
        placeholder={t('bot.namePlaceholder')}
        value={props.value ?? ''}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        list={id}
        required={props.required}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

interface TagsProps {
  label: string;
  value: string[] | undefined;
  onChange(value: string[]): void;
}

export function TagsField({ label, value, onChange }: TagsProps) {
  const { t } = useTranslation();
  return (
    <TagsInput
      label={label}
      placeholder={value?.length ? undefined : t('bot.tagPlaceholder')}
      value={value ?? []}
      onChange={onChange}
      maxTags={20}
    />
  );
}
