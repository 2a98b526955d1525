import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '@/api/client';
import { keys, useMe } from '@/api/queries';
import { session } from '@/api/session';
import type { Me } from '@/api/types';
import { LANGUAGES, type Language } from '@/i18n';
import { THEMES, type Theme, useAppearance } from '@/ui/appearance';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { PasswordField } from '@/ui/password-field';
import { PersonAvatar } from '@/ui/person-avatar';
import { type Density, setDensity, usePreferences } from '@/ui/preferences';
import { SettingsSection, SettingsSkeleton } from '@/ui/settings-section';
import { isPassword } from '@/ui/validation';

/** One's own settings; `children` are those of other features. */
export function ProfileScreen({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t('profile.title')} narrow>
      {me.isLoadingError ? (
        <LoadError error={me.error} retry={() => void me.refetch()} />
      ) : me.isPending ? (
        <Delayed>
          <SettingsSkeleton height={220} />
        </Delayed>
      ) : (
        <>
          <ProfileSection me={me.data} />
          <AppearanceSection userId={me.data.id} />
          {children}
          <PasswordSection />
          {me.data.permissions.includes('jobs.manage') && <JobsSection />}
        </>
      )}
    </Page>
  );
}

function ProfileSection({ me }: { me: Me }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const form = useForm({
    initialValues: { full_name: me.full_name, phone: me.phone ?? '' },
    validate: { full_name: (value) => (value.trim() ? null : t('validation.required')) },
  });
  const save = useMutation({
    mutationFn: ({ full_name, phone }: typeof form.values) =>
      ask(
        api.PATCH('/api/v1/auth/me', { body: { full_name: full_name.trim(), phone: phone.trim() || null } }),
      ),
    onSuccess: (saved) => {
      cache.setQueryData(keys.me, saved);
      void cache.invalidateQueries({ queryKey: keys.users });
      const { id, email, full_name, role, avatar_url, tenant } = saved;
      session.setUser({ id, email, full_name, role, avatar_url, tenant });
      form.resetDirty({ full_name, phone: saved.phone ?? '' });
      notify.done(t('common.saved'));
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <SettingsSection title={t('profile.profile')} hint={t('profile.profileHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          <Group gap="sm" wrap="nowrap">
            <PersonAvatar person={me} size={44} label="" />
            <div>
              <Text size="md">{me.email}</Text>
              <Text size="sm" c="dimmed">
                {t(`roles.${me.role}`)} · {me.tenant.name}
              </Text>
            </div>
          </Group>
          <TextInput label={t('profile.name')} autoComplete="name" {...form.getInputProps('full_name')} />
          <TextInput
            label={t('profile.phone')}
            type="tel"
            autoComplete="tel"
            placeholder={t('profile.phonePlaceholder')}
            {...form.getInputProps('phone')}
          />
          <FormError error={save.error} />
          <div>
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('common.save')}
            </Button>
          </div>
        </Stack>
      </form>
    </SettingsSection>
  );
}

function AppearanceSection({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { theme, setTheme, language, setLanguage } = useAppearance();
  const density = usePreferences((preferences) => preferences.density);
  const themeId = useId();
  const densityId = useId();
  return (
    <SettingsSection title={t('profile.appearance')} hint={t('profile.appearanceHint')}>
      <Stack gap="sm">
        <Select
          label={t('profile.language')}
          data={LANGUAGES.map((value) => ({ value, label: t(`profile.languages.${value}`) }))}
          value={language}
          allowDeselect={false}
          onChange={(value) => value && setLanguage(value as Language)}
        />
        <div>
          <Text size="sm" fw={500} id={themeId} mb={4}>
            {t('profile.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby={themeId}
            data={THEMES.map((value) => ({ value, label: t(`profile.themes.${value}`) }))}
            value={theme}
            onChange={(value) => setTheme(value as Theme)}
          />
        </div>
        <div>
          <Text size="sm" fw={500} id={densityId} mb={4}>
            {t('profile.density')}
          </Text>
          <SegmentedControl
            aria-labelledby={densityId}
            data={(['comfortable', 'compact'] as const).map((value) => ({
              value,
              label: t(`profile.densities.${value}`),
            }))}
            value={density}
            onChange={(value) => setDensity(userId, value as Density)}
          />
        </div>
      </Stack>
    </SettingsSection>
  );
}

function PasswordSection() {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (value) => (value ? null : t('validation.required')),
      new_password: (value) => (isPassword(value) ? null : t('validation.password')),
    },
  });
  const change = useMutation({
    mutationFn: (body: typeof form.values) => ask(api.POST('/api/v1/auth/password', { body })),
    meta: { provesPassword: true },
    onSuccess: () => {
      form.reset();
      notify.done(t('profile.passwordChanged'));
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <SettingsSection title={t('profile.password')} hint={t('auth.passwordHint')}>
      <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack gap="sm">
          <PasswordField
            label={t('profile.currentPassword')}
            autoComplete="current-password"
            {...form.getInputProps('current_password')}
          />
          <PasswordField
            label={t('profile.newPassword')}
            autoComplete="new-password"
            {...form.getInputProps('new_password')}
          />
          <FormError error={change.error} />
          <div>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('profile.changePassword')}
            </Button>
          </div>
        </Stack>
      </form>
    </SettingsSection>
  );
}

function JobsSection() {
  const { t } = useTranslation();
  return (
    <SettingsSection title={t('jobs.title')} hint={t('jobs.settingsHint')}>
      <Button component={Link} to="/settings/jobs" variant="default">
        {t('jobs.see')}
      </Button>
    </SettingsSection>
  );
}
