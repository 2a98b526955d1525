import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { api, ask } from '@/api/client';
import { session } from '@/api/session';
import { describeError, fieldErrors } from '@/ui/errors';
import { PasswordField } from '@/ui/password-field';
import { isEmail, isPassword } from '@/ui/validation';
import { AuthLayout } from './layout';
import classes from './layout.module.css';

export default function Register() {
  const { t } = useTranslation();
  const { state } = useLocation();
  const required = (value: string) => (value.trim() ? null : t('validation.required'));
  const form = useForm({
    initialValues: { tenant_name: '', full_name: '', email: '', password: '' },
    validate: {
      tenant_name: required,
      full_name: required,
      email: (value) => (isEmail(value) ? null : t('validation.email')),
      password: (value) => (isPassword(value) ? null : t('validation.password')),
    },
  });
  const register = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.POST('/api/v1/auth/register', { body })),
    meta: { signsIn: true },
    onSuccess: (answer) => session.begin(answer),
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });

  return (
    <AuthLayout title={t('auth.registerTitle')} hint={t('auth.registerHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => register.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label={t('auth.tenantName')}
            placeholder={t('auth.tenantPlaceholder')}
            autoComplete="organization"
            autoFocus
            size="md"
            {...form.getInputProps('tenant_name')}
          />
          <TextInput
            label={t('auth.fullName')}
            autoComplete="name"
            size="md"
            {...form.getInputProps('full_name')}
          />
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            size="md"
            {...form.getInputProps('email')}
          />
          <PasswordField
            label={t('auth.password')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            size="md"
            {...form.getInputProps('password')}
          />
          {register.isError && (
            <p className={classes.error} role="alert">
              {describeError(register.error, t)}
            </p>
          )}
          <Button type="submit" size="md" loading={register.isPending}>
            {t('auth.register')}
          </Button>
        </Stack>
      </form>
      <p className={classes.foot}>
        {t('auth.haveAccount')}{' '}
        <Anchor component={Link} underline="always" to="/login" state={state}>
          {t('auth.signIn')}
        </Anchor>
      </p>
    </AuthLayout>
  );
}
