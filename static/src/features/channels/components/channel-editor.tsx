import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/types';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { LeaveGuard } from '@/ui/leave-guard';
import { notify } from '@/ui/notify';
import { SaveBar } from '@/ui/save-bar';
import { useUpdateChannel } from '../api';
import { configWith, type Look, lookOf, wholeColor } from '../look';
import classes from './channels.module.css';
import { LookFields } from './look-fields';
import { Preview } from './preview';
import { Snippet } from './snippet';

/** The form at the left, and beside it the widget as the form wants it. */
export function ChannelEditor({ channel, mayManage }: { channel: Channel; mayManage: boolean }) {
  const { t } = useTranslation();
  const update = useUpdateChannel(channel.id);
  const form = useForm<Look>({
    initialValues: lookOf(channel),
    validateInputOnBlur: ['name', 'color'],
    validate: {
      name: (value) => (value.trim() ? null : t('validation.required')),
      color: (value) => (wholeColor(value) ? null : t('service.channels.colorWrong')),
    },
  });
  const isDirty = form.isDirty();

  // What somebody else saved is shown, unless something is being written here.
  const { setInitialValues, setValues } = form;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the server says anew is a reason
  useEffect(() => {
    if (isDirty) return;
    setInitialValues(lookOf(channel));
    setValues(lookOf(channel));
  }, [channel.updated_at]);

  const save = form.onSubmit((look) =>
    update.mutate(
      { name: look.name.trim(), config: configWith(channel.config, look) },
      {
        onSuccess: (saved) => {
          setInitialValues(lookOf(saved));
          setValues(lookOf(saved));
          notify.done(t('common.saved'));
        },
        onError: (error) => form.setErrors(withoutPrefix(fieldErrors(error, t))),
      },
    ),
  );

  return (
    <div className={classes.editor}>
      <form noValidate onSubmit={save} aria-label={t('service.channels.settings')}>
        <fieldset disabled={!mayManage} className={classes.fields}>
          <LookFields form={form} />
        </fieldset>
        <FormError error={update.error} />
        {mayManage && (
          <SaveBar isDirty={isDirty} isSaving={update.isPending} onDiscard={() => form.reset()} />
        )}
        <LeaveGuard unsaved={isDirty} />
      </form>
      <div className={classes.beside}>
        <Preview channel={channel} look={form.values} />
        <Snippet channel={channel} />
      </div>
    </div>
  );
}

/** The server names the settings by where they stand: `config.origins`. */
const withoutPrefix = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field.replace(/^config\./, ''), message]),
  );
