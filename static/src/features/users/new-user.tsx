import {
  Anchor,
  Button,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '@/api/client';
import { useOutbox } from '@/api/mail';
import { keys } from '@/api/queries';
import type { Role } from '@/api/types';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { PasswordField } from '@/ui/password-field';
import { isEmail, isPassword } from '@/ui/validation';
import { ROLES } from './roles';

export default function NewUser({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('users.new')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <NewUserForm onClose={onClose} />
    </Modal>
  );
}

const WAYS = ['byInvitation', 'byPassword'] as const;
type Way = (typeof WAYS)[number];

function NewUserForm({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const wayId = useId();
  const form = useForm({
    initialValues: {
      full_name: '',
      email: '',
      password: '',
      role: 'attendant' as Role,
      way: 'byInvitation' as Way,
    },
    validate: {
      full_name: (value) => (value.trim() ? null : t('validation.required')),
      email: (value) => (isEmail(value) ? null : t('validation.email')),
      password: (value, { way }) =>
        way === 'byInvitation' || isPassword(value) ? null : t('validation.password'),
    },
  });
  const isInvitation = form.values.way === 'byInvitation';
  const create = useMutation({
    mutationFn: ({ way, password, ...person }: typeof form.values) =>
      ask(api.POST('/api/v1/users', { body: { ...person, ...(way === 'byPassword' && { password }) } })),
    onSuccess: (person) => {
      void cache.invalidateQueries({ queryKey: keys.users });
      notify.done(
        isInvitation
          ? t('users.invited', { email: person.email })
          : t('users.created', { name: person.full_name }),
      );
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          label={t('users.name')}
          autoComplete="off"
          {...form.getInputProps('full_name')}
        />
        <TextInput
          label={t('users.email')}
          type="email"
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <Select
          label={t('users.role')}
          data={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <div>
          <Text size="sm" fw={500} id={wayId} mb={4}>
            {t('users.howToJoin')}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby={wayId}
            data={WAYS.map((way) => ({ value: way, label: t(`users.${way}`) }))}
            {...form.getInputProps('way')}
          />
        </div>
        {isInvitation ? (
          <InvitationHint />
        ) : (
          <PasswordField
            label={t('users.password')}
            description={t('users.passwordHint')}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        )}
        <FormError error={create.error} />
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t(isInvitation ? 'users.invite' : 'common.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function InvitationHint() {
  const { t } = useTranslation();
  const outbox = useOutbox({ watch: false });
  return (
    <Text size="sm" c="dimmed">
      {t('users.invitationHint')}
      {outbox.data?.is_sending === false && (
        <>
          {' '}
          {t('users.mailKept')}{' '}
          <Anchor component={Link} to="/settings/outbox" inherit underline="always">
            {t('outbox.title')}
          </Anchor>
          .
        </>
      )}
    </Text>
  );
}
