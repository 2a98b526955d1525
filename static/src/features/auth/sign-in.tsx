import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { api, ask } from '@/api/client';
import { Problem } from '@/api/problem';
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
  const [isCodeAsked, setAsked] = useState(false);
  const form = useForm({
    initialValues: { email: '', password: '', otp: '' },
    validate: {
      email: (value) => (isEmail(value) ? null : t('validation.email')),
      password: (value) => (value ? null : t('validation.required')),
      otp: (value) => (!isCodeAsked || value.trim() ? null : t('validation.required')),
    },
  });
  const signIn = useMutation({
    mutationFn: ({ email, password, otp }: typeof form.values) =>
      ask(
        api.POST('/api/v1/auth/login', { body: { email, password, ...(otp.trim() && { otp: otp.trim() }) } }),
      ),
    meta: { signsIn: true },
    onSuccess: (answer) => session.begin(answer),
    onError: (error) => {
      form.setErrors(fieldErrors(error, t));
      const code = error instanceof Problem ? error.code : '';
      if (code === 'otp_required') setAsked(true);
      if (code === 'otp_required' || code === 'invalid_otp') form.setFieldValue('otp', '');
    },
  });

  // That a code is needed as well is no mistake of theirs.
  const isFirstAsking = signIn.error instanceof Problem && signIn.error.code === 'otp_required';

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
          {isCodeAsked ? (
            <TextInput
              label={t('auth.otp')}
              description={t('auth.otpHint')}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              size="md"
              {...form.getInputProps('otp')}
            />
          ) : (
            <Anchor
              component={Link}
              to="/forgot-password"
              state={{ email: form.values.email }}
              underline="always"
              size="sm"
            >
              {t('auth.forgot')}
            </Anchor>
          )}
          {signIn.isError && !isFirstAsking && (
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
