import { Anchor, Button, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, ask } from '@/api/client';
import { Problem } from '@/api/problem';
import { useSession } from '@/api/queries';
import type { components } from '@/api/schema';
import { session } from '@/api/session';
import type { Whole } from '@/api/types';
import { live } from '@/live/react';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { PasswordField } from '@/ui/password-field';
import { isPassword } from '@/ui/validation';
import { AuthLayout } from './layout';
import classes from './layout.module.css';
import { useLinkToken } from './link';

type Invitation = Whole<components['schemas']['Invitation']>;

const isSpent = (error: unknown): boolean => error instanceof Problem && error.code === 'invalid_link';

/** Somebody was invited by mail: they say how they are called, choose a password, and are in. */
export default function AcceptInvitation() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => ask(api.POST('/api/v1/auth/invitation', { body: { token } })),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!token || isSpent(invitation.error)) return <Spent />;
  if (invitation.isError) {
    return (
      <AuthLayout title={t('auth.invitationTitle')} hint="">
        <LoadError error={invitation.error} retry={() => void invitation.refetch()} />
      </AuthLayout>
    );
  }
  if (invitation.isPending) {
    return (
      <AuthLayout title={t('auth.invitationTitle')} hint="">
        <Delayed>
          <Skeleton height={220} radius="md" />
        </Delayed>
      </AuthLayout>
    );
  }
  return <Accept token={token} invitation={invitation.data} />;
}

function Accept({ token, invitation }: { token: string; invitation: Invitation }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const other = useSession()?.user;
  const form = useForm({
    initialValues: { full_name: invitation.full_name, password: '' },
    validate: {
      full_name: (value) => (value.trim() ? null : t('validation.required')),
      password: (value) => (isPassword(value) ? null : t('validation.password')),
    },
  });
  const accept = useMutation({
    mutationFn: ({ full_name, password }: typeof form.values) =>
      ask(
        api.POST('/api/v1/auth/accept-invitation', {
          body: { token, full_name: full_name.trim(), password },
        }),
      ),
    meta: { signsIn: true },
    onSuccess: (begun) => {
      // Whoever was signed in here before has nothing to do with who is now.
      live.stop({ discard: true });
      cache.clear();
      session.begin(begun);
      void navigate('/', { replace: true });
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  if (isSpent(accept.error)) return <Spent />;
  return (
    <AuthLayout
      title={t('auth.invitationTitle')}
      hint={t('auth.invitationHint', { company: invitation.tenant_name })}
    >
      {other && (
        <p className={classes.notice} role="status">
          {t('auth.invitationSwitches', { name: other.full_name })}
        </p>
      )}
      <form noValidate onSubmit={form.onSubmit((values) => accept.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            readOnly
            variant="filled"
            size="md"
            value={invitation.email}
          />
          <TextInput
            label={t('auth.fullName')}
            autoComplete="name"
            size="md"
            {...form.getInputProps('full_name')}
          />
          <PasswordField
            label={t('auth.password')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            autoFocus
            size="md"
            {...form.getInputProps('password')}
          />
          <FormError error={accept.error} />
          <Button type="submit" size="md" loading={accept.isPending}>
            {t('auth.accept')}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}

function Spent() {
  const { t } = useTranslation();
  return (
    <AuthLayout title={t('auth.linkSpentTitle')} hint={t('auth.invitationSpentHint')}>
      <p className={classes.foot}>
        <Anchor component={Link} underline="always" to="/login">
          {t('auth.backToSignIn')}
        </Anchor>
      </p>
    </AuthLayout>
  );
}
