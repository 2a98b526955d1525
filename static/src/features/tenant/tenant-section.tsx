import { Button, Select, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { components } from '@/api/schema';
import { session } from '@/api/session';
import type { Whole } from '@/api/types';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { SettingsSection } from '@/ui/settings-section';
import { timeZones } from './time-zones';

type Settings = Whole<components['schemas']['Settings']>;

const SETTINGS = ['settings'] as const;

/** What holds for everybody of the company: how it is called, and the clock it goes by. */
export function TenantSection() {
  const { t } = useTranslation();
  const settings = useQuery({
    queryKey: SETTINGS,
    queryFn: () => ask(api.GET('/api/v1/settings', {})),
  });
  return (
    <SettingsSection anchor="company" title={t('tenant.title')} hint={t('tenant.hint')}>
      {settings.isLoadingError ? (
        <LoadError error={settings.error} retry={() => void settings.refetch()} />
      ) : settings.isPending ? (
        <Delayed>
          <Skeleton height={160} />
        </Delayed>
      ) : (
        <Form settings={settings.data} />
      )}
    </SettingsSection>
  );
}

function Form({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { name: settings.name, time_zone: settings.time_zone },
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
  });
  const save = useMutation({
    mutationFn: ({ name, time_zone }: typeof form.values) =>
      ask(api.PATCH('/api/v1/settings', { body: { name: name.trim(), time_zone } })),
    onSuccess: (saved) => {
      cache.setQueryData(SETTINGS, saved);
      void cache.invalidateQueries({ queryKey: keys.me });
      void cache.invalidateQueries({ queryKey: keys.dashboard });
      const user = session.current()?.user;
      if (user) session.setUser({ ...user, tenant: { ...user.tenant, name: saved.name } });
      form.setInitialValues({ name: saved.name, time_zone: saved.time_zone });
      form.setValues({ name: saved.name, time_zone: saved.time_zone });
      notify.done(t('common.saved'));
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={t('tenant.name')}
          maxLength={200}
          autoComplete="organization"
          {...form.getInputProps('name')}
        />
        <Select
          label={t('tenant.timeZone')}
          description={t('tenant.timeZoneHint')}
          data={timeZones(settings.time_zone)}
          searchable
          limit={60}
          allowDeselect={false}
          nothingFoundMessage={t('tenant.noTimeZone')}
          {...form.getInputProps('time_zone')}
        />
        <FormError error={save.error} />
        <div>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('common.save')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
