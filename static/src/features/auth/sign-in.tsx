import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { api, ask } from '@/api/client';
import { session } from '@/api/session';
import { useLiveState } from '@/live/react';
import { describeError, fieldErrors } from '@/ui/errors';
import { PasswordField } from '@/ui/password-field';
import { isEmail } from '@/ui/validation';
import { AuthLayout } from './layout';
import classes from './layout.module.css';

export default function SignIn() {
  const { t } = useTranslation();
  const { state } = useLocation();
  const { waiting } = useLiveState();
  const interrupted = session.endedByServer();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (isEmail(value) ? null : t('validation.email')),
      password: (value) => (value ? null : t('validation.required')),
    },
  });
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.POST('/api/v1/auth/login', { body })),
    meta: { signsIn: true },
    onSuccess: (answer) => session.begin(answer),
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });

  return (
    <AuthLayout title={t('auth.signInTitle')} hint={t('auth.signInHint')}>
      {interrupted && (
        <p className={classes.notice} role="status">
          {waiting > 0 ? t('auth.sessionOverWaiting', { count: waiting }) : t('auth.sessionOver')}
        </p>
      )}
      <form noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            size="md"
            {...form.getInputProps('email')}
          />
          <PasswordField
            label={t('auth.password')}
            autoComplete="current-password"
            size="md"
            {...form.getInputProps('password')}
          />
          {signIn.isError && (
            <p className={classes.error} role="alert">
              {describeError(signIn.error, t)}
            </p>
          )}
          <Button type="submit" size="md" loading={signIn.isPending}>
            {t('auth.signIn')}
          </Button>
        </Stack>
      </form>
      <p className={classes.foot}>
        {t('auth.noAccount')}{' '}
        <Anchor component={Link} underline="always" to="/register" state={state}>
          {t('auth.register')}
        </Anchor>
      </p>
    </AuthLayout>
  );
}
