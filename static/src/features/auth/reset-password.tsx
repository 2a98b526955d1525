import { Anchor, Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '@/api/client';
import { Problem } from '@/api/problem';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { PasswordField } from '@/ui/password-field';
import { isPassword } from '@/ui/validation';
import { AuthLayout } from './layout';
import classes from './layout.module.css';
import { useLinkToken } from './link';

/** Chooses a new password by the link that came by mail. */
export default function ResetPassword() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (isPassword(value) ? null : t('validation.password')) },
  });
  const reset = useMutation({
    mutationFn: ({ password }: typeof form.values) =>
      ask(api.POST('/api/v1/auth/reset-password', { body: { token, password } })),
    meta: { signsIn: true },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  const isSpent = reset.error instanceof Problem && reset.error.code === 'invalid_link';

  if (reset.isSuccess) {
    return (
      <AuthLayout title={t('auth.resetDoneTitle')} hint={t('auth.resetDoneHint')}>
        <Button component={Link} to="/login" size="md" fullWidth>
          {t('auth.signIn')}
        </Button>
      </AuthLayout>
    );
  }
  if (!token || isSpent) {
    return (
      <AuthLayout title={t('auth.linkSpentTitle')} hint={t('auth.resetSpentHint')}>
        <Button component={Link} to="/forgot-password" size="md" fullWidth>
          {t('auth.sendLink')}
        </Button>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('auth.resetTitle')} hint={t('auth.resetHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => reset.mutate(values))}>
        <Stack gap="md">
          <PasswordField
            label={t('auth.newPassword')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            autoFocus
            size="md"
            {...form.getInputProps('password')}
          />
          <FormError error={reset.error} />
          <Button type="submit" size="md" loading={reset.isPending}>
            {t('auth.resetPassword')}
          </Button>
        </Stack>
      </form>
      <p className={classes.foot}>
        <Anchor component={Link} underline="always" to="/login">
          {t('auth.backToSignIn')}
        </Anchor>
      </p>
    </AuthLayout>
  );
}
