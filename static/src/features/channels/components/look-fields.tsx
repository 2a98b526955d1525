import { Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayI } from '@/api/queries';
import { useFlows } from '@/api/service';
import { Choice } from '@/ui/choice';
import { LANGUAGES, type Look, MOST, originOf } from '../look';
import classes from './channels.module.css';
import { ColorField } from './color-field';

type Form = UseFormReturnType<Look>;

export function LookFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <>
      <Group title={t('service.channels.groups.channel')}>
        <TextInput
          label={t('service.channels.name')}
          description={t('service.channels.nameHint')}
          maxLength={MOST.name}
          autoComplete="off"
          required
          {...form.getInputProps('name')}
        />
        <FlowField form={form} />
      </Group>
      <Group title={t('service.channels.groups.look')}>
        <ColorField {...form.getInputProps('color')} />
        <Choice
          label={t('service.channels.position')}
          data={(['left', 'right'] as const).map((value) => ({
            value,
            label: t(`service.channels.positions.${value}`),
          }))}
          {...form.getInputProps('position')}
        />
      </Group>
      <Group title={t('service.channels.groups.texts')}>
        <Select
          label={t('service.channels.language')}
          data={[
            { value: '', label: t('service.channels.visitorsLanguage') },
            ...LANGUAGES.map((value) => ({ value, label: t(`service.channels.languages.${value}`) })),
          ]}
          allowDeselect={false}
          {...form.getInputProps('language')}
        />
        <TextInput
          label={t('service.channels.titleLabel')}
          description={t('service.channels.titleHint')}
          maxLength={MOST.title}
          autoComplete="off"
          {...form.getInputProps('title')}
        />
        <Textarea
          label={t('service.channels.greeting')}
          description={t('service.channels.greetingHint')}
          maxLength={MOST.text}
          autosize
          minRows={2}
          maxRows={5}
          {...form.getInputProps('greeting')}
        />
      </Group>
      <Group title={t('service.channels.groups.offline')}>
        <Choice
          label={t('service.channels.offline')}
          data={(['form', 'chat'] as const).map((value) => ({
            value,
            label: t(`service.channels.offlines.${value}`),
          }))}
          {...form.getInputProps('offline')}
        />
        {form.values.offline === 'form' && (
          <Textarea
            label={t('service.channels.offlineText')}
            description={t('service.channels.offlineTextHint')}
            maxLength={MOST.text}
            autosize
            minRows={2}
            maxRows={5}
            {...form.getInputProps('offline_text')}
          />
        )}
      </Group>
      <Group title={t('service.channels.groups.where')}>
        <OriginsField form={form} />
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.group}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Which flow answers; for those who may not see flows, whatever it is stays. */
function FlowField({ form }: { form: Form }) {
  const { t } = useTranslation();
  const maySee = useMayI('bot.manage');
  const flows = useFlows(maySee);
  if (!maySee) return null;
  const items = flows.data?.items ?? [];
  const standard = items.find(({ is_default }) => is_default);
  const chosen = form.values.flow_id;
  const data = [
    {
      value: '',
      label: standard
        ? t('service.channels.defaultFlowIs', { name: standard.name })
        : t('service.channels.defaultFlow'),
    },
    ...items.map(({ id, name, version }) => ({
      value: id,
      label: version === null ? t('service.channels.unpublishedFlow', { name }) : name,
    })),
  ];
  const isLost = chosen !== '' && !items.some(({ id }) => id === chosen);
  const lost = {
    value: chosen,
    label: flows.isSuccess ? t('service.channels.lostFlow') : t('common.loading'),
  };
  return (
    <Select
      label={t('service.channels.flow')}
      description={t('service.channels.flowHint')}
      data={isLost ? [...data, lost] : data}
      allowDeselect={false}
      {...form.getInputProps('flow_id')}
    />
  );
}

/** Addresses become the sites that they are of; what is none is said at once. */
function OriginsField({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { error } = form.getInputProps('origins');
  const take = (written: string[]) => {
    const wrong = written.find((address) => originOf(address) === null);
    const origins = written.flatMap((address) => originOf(address) ?? []);
    form.setFieldValue('origins', [...new Set(origins)]);
    if (wrong === undefined) form.clearFieldError('origins');
    else form.setFieldError('origins', t('service.channels.originWrong', { address: wrong }));
  };
  return (
    <TagsInput
      label={t('service.channels.origins')}
      description={t('service.channels.originsHint')}
      placeholder={form.values.origins.length > 0 ? undefined : t('service.channels.originsPlaceholder')}
      value={form.values.origins}
      maxTags={MOST.origins}
      onChange={take}
      acceptValueOnBlur
      splitChars={[',', ' ', ';']}
      error={error}
    />
  );
}
