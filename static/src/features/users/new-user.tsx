import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { Role } from '@/api/types';
import { describeError, fieldErrors } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { PasswordField } from '@/ui/password-field';
import { isEmail, isPassword } from '@/ui/validation';
import { ROLES } from './roles';

export function NewUser({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('users.new')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <NewUserForm onClose={onClose} />
    </Modal>
  );
}

function NewUserForm({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { full_name: '', email: '', password: '', role: 'attendant' as Role },
    validate: {
      full_name: (value) => (value.trim() ? null : t('validation.required')),
      email: (value) => (isEmail(value) ? null : t('validation.email')),
      password: (value) => (isPassword(value) ? null : t('validation.password')),
    },
  });
  const create = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.POST('/api/v1/users', { body })),
    onSuccess: (person) => {
      void cache.invalidateQueries({ queryKey: keys.users });
      notify.done(t('users.created', { name: person.full_name }));
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
        <PasswordField
          label={t('users.password')}
          description={t('users.passwordHint')}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        {create.isError && (
          <Text role="alert" size="sm" c="var(--danger)">
            {describeError(create.error, t)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('common.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
