import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { newId } from '@/ui/new-id';
import { useCreateChannel } from '../api';
import { MOST } from '../look';

/** A web chat; how it looks is decided on its own screen, beside the widget itself. */
export function NewChannel({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateChannel();
  const key = useRef(newId());
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
    onValuesChange: () => {
      // Another name is another channel.
      key.current = newId();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('service.channels.new')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        noValidate
        onSubmit={form.onSubmit(({ name }) =>
          create.mutate(
            { body: { kind: 'webchat', name: name.trim(), config: {} }, key: key.current },
            {
              onSuccess: ({ id }) => navigate(`/settings/channels/${id}`),
              onError: (error) => form.setErrors(fieldErrors(error, t)),
            },
          ),
        )}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t('service.channels.newHint')}
          </Text>
          <TextInput
            data-autofocus
            label={t('service.channels.name')}
            placeholder={t('service.channels.namePlaceholder')}
            maxLength={MOST.name}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <FormError error={create.error} />
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
    </Modal>
  );
}
