import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { PasswordField } from '@/ui/password-field';

/** Whoever sits at an unlocked computer does not know the password. */
export function TurnOff({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('twoFactor.turnOff')}
      size={420}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { current_password: '' },
    validate: { current_password: (value) => (value ? null : t('validation.required')) },
  });
  const turnOff = useMutation({
    mutationFn: ({ current_password: password }: typeof form.values) =>
      ask(api.POST('/api/v1/auth/2fa/disable', { body: { password } })),
    meta: { provesPassword: true },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.me });
      notify.done(t('twoFactor.turnedOff'));
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => turnOff.mutate(values))}>
      <Stack gap="sm">
        <Text size="md">{t('twoFactor.turnOffHint')}</Text>
        <PasswordField
          data-autofocus
          label={t('profile.currentPassword')}
          autoComplete="current-password"
          {...form.getInputProps('current_password')}
        />
        <FormError error={turnOff.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" loading={turnOff.isPending}>
            {t('twoFactor.turnOff')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
