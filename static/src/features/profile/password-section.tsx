import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { PasswordField } from '@/ui/password-field';
import { SettingsSection } from '@/ui/settings-section';
import { isPassword } from '@/ui/validation';

export function PasswordSection() {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (value) => (value ? null : t('validation.required')),
      new_password: (value) => (isPassword(value) ? null : t('validation.password')),
    },
  });
  const change = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.POST('/api/v1/auth/password', { body })),
    meta: { provesPassword: true },
    onSuccess: () => {
      form.reset();
      notify.done(t('profile.passwordChanged'));
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <SettingsSection title={t('profile.password')} hint={t('auth.passwordHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack gap="sm">
          <PasswordField
            label={t('profile.currentPassword')}
            autoComplete="current-password"
            {...form.getInputProps('current_password')}
          />
          <PasswordField
            label={t('profile.newPassword')}
            autoComplete="new-password"
            {...form.getInputProps('new_password')}
          />
          <FormError error={change.error} />
          <div>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('profile.changePassword')}
            </Button>
          </div>
        </Stack>
      </form>
    </SettingsSection>
  );
}
