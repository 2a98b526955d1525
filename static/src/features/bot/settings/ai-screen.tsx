import { ActionIcon, Button, NumberInput, Skeleton, Text, Textarea } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { FormError } from '@/ui/form-error';
import { useFormats } from '@/ui/format';
import { LeaveGuard } from '@/ui/leave-guard';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { SaveBar } from '@/ui/save-bar';
import { ToSettings } from '@/ui/to-settings';
import { type About, aboutOf, DEFAULT_TOKENS, isTooLong, settingOf } from './about';
import { useBotSetting, useSaveBotSetting } from './api';
import classes from './settings.module.css';

/** What a language model is told of the company before it answers in its name. */
export default function AiScreen() {
  const { t } = useTranslation();
  const setting = useBotSetting('ai');
  return (
    <Page title={t('service.ai.title')} back={<ToSettings />} narrow>
      <Text c="dimmed" mb="md">
        {t('service.ai.hint')}
      </Text>
      {setting.isLoadingError ? (
        <LoadError error={setting.error} retry={() => void setting.refetch()} />
      ) : setting.data === undefined ? (
        <Delayed>
          <Skeleton height={360} radius="md" />
        </Delayed>
      ) : (
        <AiForm value={setting.data.value} />
      )}
    </Page>
  );
}

function AiForm({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const save = useSaveBotSetting('ai');
  const saved = JSON.stringify(settingOf(aboutOf(value)));
  const [about, setAbout] = useState(() => aboutOf(value));
  const [known, setKnown] = useState(saved);
  const now = JSON.stringify(settingOf(about));
  const isDirty = now !== saved;
  const set = (fields: Partial<About>) => setAbout((before) => ({ ...before, ...fields }));

  // What somebody else saved is shown, unless something is being written here.
  useEffect(() => {
    if (known === saved) return;
    setKnown(saved);
    if (now === known) setAbout(aboutOf(JSON.parse(saved)));
  }, [saved, known, now]);

  return (
    <form
      noValidate
      className={classes.cards}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isTooLong(about))
          save.mutate(settingOf(about), { onSuccess: () => notify.done(t('common.saved')) });
      }}
    >
      <div className={classes.card}>
        <Textarea
          label={t('service.ai.instructions')}
          description={t('service.ai.instructionsHint')}
          placeholder={t('service.ai.instructionsPlaceholder')}
          value={about.instructions}
          onChange={(event) => set({ instructions: event.currentTarget.value })}
          maxLength={8_000}
          autosize
          minRows={3}
          maxRows={12}
        />
      </div>
      <Knowledge pieces={about.knowledge} onChange={(knowledge) => set({ knowledge })} />
      <div className={classes.card}>
        <NumberInput
          label={t('service.ai.limit')}
          description={t('service.ai.limitHint', { limit: formats.number(DEFAULT_TOKENS) })}
          placeholder={formats.number(DEFAULT_TOKENS)}
          value={about.monthly_tokens}
          onChange={(tokens) => set({ monthly_tokens: tokens === '' ? '' : Number(tokens) })}
          min={0}
          max={4_000_000_000}
          step={100_000}
          thousandSeparator={formats.language === 'en' ? ',' : '.'}
          decimalSeparator={formats.language === 'en' ? '.' : ','}
          allowDecimal={false}
          allowNegative={false}
          maw={280}
        />
      </div>
      <div>
        <FormError error={save.error} />
        {isTooLong(about) && (
          <Text role="alert" size="sm" c="var(--danger)">
            {t('service.ai.tooLong')}
          </Text>
        )}
        <SaveBar
          isDirty={isDirty}
          isSaving={save.isPending}
          isWrong={isTooLong(about)}
          onDiscard={() => setAbout(aboutOf(value))}
        />
      </div>
      <LeaveGuard unsaved={isDirty} />
    </form>
  );
}

const MOST_PIECES = 50;

/** What may be told, piece by piece. */
function Knowledge({ pieces, onChange }: { pieces: string[]; onChange(pieces: string[]): void }) {
  const { t } = useTranslation();
  const [isNew, setNew] = useState(false);
  return (
    <section className={classes.card}>
      <div>
        <h2>{t('service.ai.knowledge')}</h2>
        <Text size="sm" c="dimmed">
          {t('service.ai.knowledgeHint')}
        </Text>
      </div>
      {pieces.length > 0 && (
        <ul className={classes.pieces}>
          {pieces.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
            <li key={index}>
              <Textarea
                aria-label={t('service.ai.piece', { number: index + 1 })}
                placeholder={t('service.ai.piecePlaceholder')}
                value={piece}
                autoFocus={isNew && index === pieces.length - 1}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  onChange(pieces.map((other, at) => (at === index ? text : other)));
                }}
                maxLength={8_000}
                autosize
                minRows={2}
                maxRows={10}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('service.ai.removePiece', { number: index + 1 })}
                onClick={() => onChange(pieces.filter((_, at) => at !== index))}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          disabled={pieces.length >= MOST_PIECES}
          onClick={() => {
            setNew(true);
            onChange([...pieces, '']);
          }}
        >
          {t('service.ai.addPiece')}
        </Button>
      </div>
    </section>
  );
}
