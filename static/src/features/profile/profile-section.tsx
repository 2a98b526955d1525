import { Button, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { session } from '@/api/session';
import type { Me } from '@/api/types';
import { upload } from '@/api/upload';
import { describeError, fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { notify } from '@/ui/notify';
import { PersonAvatar } from '@/ui/person-avatar';
import { SettingsSection } from '@/ui/settings-section';

export function ProfileSection({ me }: { me: Me }) {
  const { t } = useTranslation();
  const adopt = useAdopt();
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
      adopt(saved);
      const { full_name } = saved;
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
            <PersonAvatar person={me} size={56} label="" />
            <div>
              <Text size="md">{me.email}</Text>
              <Text size="sm" c="dimmed">
                {t(`roles.${me.role}`)} · {me.tenant.name}
              </Text>
              <Picture me={me} />
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

/** Shows everywhere in this browser what the profile says now. */
function useAdopt(): (me: Me) => void {
  const cache = useQueryClient();
  return (saved) => {
    cache.setQueryData(keys.me, saved);
    void cache.invalidateQueries({ queryKey: keys.users });
    const { id, email, full_name, role, avatar_url, tenant } = saved;
    session.setUser({ id, email, full_name, role, avatar_url, tenant });
  };
}

/** One's picture: chosen, changed, taken away again. */
function Picture({ me }: { me: Me }) {
  const { t } = useTranslation();
  const adopt = useAdopt();
  const change = useMutation({
    mutationFn: async (file: File | null) => {
      const avatar_id = file && (await upload(file, () => undefined).done).id;
      return ask(api.PATCH('/api/v1/auth/me', { body: { avatar_id } }));
    },
    onSuccess: adopt,
  });
  const problem = change.error && (fieldErrors(change.error, t).avatar_id ?? describeError(change.error, t));
  return (
    <>
      <Group gap={4} mt={4}>
        <FileButton accept="image/*" onChange={(file) => file && change.mutate(file)}>
          {(props) => (
            <Button {...props} size="compact-sm" variant="default" loading={change.isPending}>
              {t(me.avatar_url ? 'profile.changePicture' : 'profile.addPicture')}
            </Button>
          )}
        </FileButton>
        {me.avatar_url && (
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={change.isPending}
            onClick={() => change.mutate(null)}
          >
            {t('profile.removePicture')}
          </Button>
        )}
      </Group>
      {problem && (
        <Text role="alert" size="sm" c="var(--danger)">
          {problem}
        </Text>
      )}
    </>
  );
}
