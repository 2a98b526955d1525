import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeOf } from '../drawing';
import { readHeaders, readJson, writeHeaders, writeJson } from '../http-text';
import { useEditor } from './editor-context';
import { LineField, NameField } from './fields';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export function HttpFields({ node }: { node: NodeOf<'http'> }) {
  const { t } = useTranslation();
  const { edit } = useEditor();
  const set = (fields: Partial<NodeOf<'http'>>) =>
    edit({ ...node, ...fields }, `${node.id}.${Object.keys(fields).join()}`);
  return (
    <>
      <Select
        label={t('bot.method')}
        data={[...METHODS]}
        value={node.method}
        allowDeselect={false}
        onChange={(method) => set({ method: METHODS.find((known) => known === method) ?? 'GET' })}
      />
      <LineField
        label={t('bot.url')}
        placeholder="https://"
        hint={t('bot.saysHint', { open: '{{', close: '}}' })}
        value={node.url}
        required
        onChange={(url) => set({ url })}
      />
      <ReadField
        key={`${node.id}-headers`}
        label={t('bot.headers')}
        placeholder="Authorization: Bearer 123"
        wrong={t('bot.headersWrong')}
        value={writeHeaders(node.headers ?? {})}
        read={readHeaders}
        onRead={(headers) => set({ headers })}
      />
      {node.method !== 'GET' && (
        <ReadField
          key={`${node.id}-body`}
          label={t('bot.body')}
          placeholder={'{"pedido": "{{pedido}}"}'}
          wrong={t('bot.bodyWrong')}
          value={writeJson(node.body)}
          read={readJson}
          onRead={(read) => set({ body: read.value })}
        />
      )}
      <NameField
        label={t('bot.saveAs')}
        value={node.save_as}
        onChange={(name) => set({ save_as: name || null })}
      />
    </>
  );
}

interface ReadProps<T> {
  label: string;
  placeholder: string;
  wrong: string;
  value: string;
  read(text: string): T | null;
  onRead(value: T): void;
}

/** A text that means something: what cannot be read yet stays on the screen and changes nothing. */
function ReadField<T>({ label, placeholder, wrong, value, read, onRead }: ReadProps<T>) {
  const [typed, setTyped] = useState<string | null>(null);
  const isWrong = typed !== null && read(typed) === null;
  return (
    <Textarea
      label={label}
      placeholder={placeholder}
      value={typed ?? value}
      error={isWrong ? wrong : undefined}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const found = read(text);
        if (found !== null) onRead(found);
      }}
      onBlur={() => !isWrong && setTyped(null)}
    />
  );
}
