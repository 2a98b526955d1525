import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { api, ask } from '@/api/client';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { isEmail } from '@/ui/validation';
import { AuthLayout } from './layout';
import classes from './layout.module.css';

/** Asks for a link by which one chooses a new password. Whether there is such an account is not told. */
export default function ForgotPassword() {
  const { t } = useTranslation();
  const { state } = useLocation();
  const known = (state as { email?: string } | null)?.email ?? '';
  const form = useForm({
    initialValues: { email: known },
    validate: { email: (value) => (isEmail(value) ? null : t('validation.email')) },
  });
  const send = useMutation({
    mutationFn: ({ email }: typeof form.values) =>
      ask(api.POST('/api/v1/auth/forgot-password', { body: { email: email.trim() } })),
    meta: { signsIn: true },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  const back = (
    <p className={classes.foot}>
      <Anchor component={Link} underline="always" to="/login">
        {t('auth.backToSignIn')}
      </Anchor>
    </p>
  );

  if (send.isSuccess) {
    return (
      <AuthLayout
        title={t('auth.linkSentTitle')}
        hint={t('auth.linkSentHint', { email: send.variables.email })}
      >
        <Button variant="default" size="md" fullWidth onClick={() => send.reset()}>
          {t('auth.sendAgain')}
        </Button>
        {back}
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('auth.forgotTitle')} hint={t('auth.forgotHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => send.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            size="md"
            {...form.getInputProps('email')}
          />
          <FormError error={send.error} />
          <Button type="submit" size="md" loading={send.isPending}>
            {t('auth.sendLink')}
          </Button>
        </Stack>
      </form>
      {back}
    </AuthLayout>
  );
}
