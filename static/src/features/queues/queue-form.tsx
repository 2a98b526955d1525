import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { Queue } from '@/api/types';
import { hoursOf, isSound, settingOf } from '@/ui/business-hours';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { WeekFields } from '@/ui/week-fields';
import { MOST_CHARACTERS } from './most';

/** What a queue is called, and its own hours where it has any. */
export function QueueForm({ queue, onClose }: { queue: Queue; onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const hadHours = queue.business_hours !== null;
  const [held] = useState(() => hoursOf(queue.business_hours).week);
  const [ownHours, setOwnHours] = useState(hadHours);
  const [week, setWeek] = useState(held);
  const hasNewHours = ownHours !== hadHours || week !== held;
  const hours = { always: false, week };
  const form = useForm({
    initialValues: { name: queue.name },
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
  });
  const save = useMutation({
    networkMode: 'always',
    mutationFn: (name: string) =>
      ask(
        api.PATCH('/api/v1/queues/{id}', {
          params: { path: { id: queue.id } },
          body: { name, ...(hasNewHours && { business_hours: ownHours ? settingOf(hours) : null }) },
        }),
      ),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.queues });
      notify.done(t('common.saved'));
      onClose();
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('service.queues.edit')}
      size={680}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form noValidate onSubmit={form.onSubmit(({ name }) => save.mutate(name.trim()))}>
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t('service.queues.name')}
            maxLength={MOST_CHARACTERS}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <Switch
            label={t('service.queues.ownHours')}
            description={t('service.queues.ownHoursHint')}
            checked={ownHours}
            onChange={(event) => setOwnHours(event.currentTarget.checked)}
          />
          {ownHours && <WeekFields week={week} onChange={setWeek} />}
          <FormError error={save.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={ownHours && !isSound(hours)}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
