import { ActionIcon, Menu, Select, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import type { Role, UserSummary } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { ROLES } from './roles';

/** Something done to a person; what went wrong is told with their name. */
function useDeed<T>(person: UserSummary, run: (what: T) => Promise<unknown>) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.users }),
    onError: (error) => notify.failed(person.full_name, describeError(error, t)),
  });
}

const useChange = (person: UserSummary) =>
  useDeed(person, (body: { role?: Role; is_active?: boolean }) =>
    ask(api.PATCH('/api/v1/users/{id}', { params: { path: { id: person.id } }, body })),
  );

export function RoleSelect({ person }: { person: UserSummary }) {
  const { t } = useTranslation();
  const change = useChange(person);
  return (
    <Select
      size="xs"
      w={160}
      aria-label={t('users.changeRole', { name: person.full_name })}
      data={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
      value={change.isPending ? (change.variables.role ?? person.role) : person.role}
      disabled={change.isPending}
      allowDeselect={false}
      onChange={(role) => role && role !== person.role && change.mutate({ role: role as Role })}
    />
  );
}

type Question = 'deactivate' | 'twoFactorOff';

export function PersonMenu({ person }: { person: UserSummary }) {
  const { t } = useTranslation();
  const change = useChange(person);
  const [asked, setAsked] = useState<Question | null>(null);
  const params = { path: { id: person.id } };
  const invite = useDeed(person, () => ask(api.POST('/api/v1/users/{id}/invite', { params })));
  const reset = useDeed(person, () => ask(api.POST('/api/v1/users/{id}/reset-password', { params })));
  const twoFactorOff = useDeed(person, () => ask(api.POST('/api/v1/users/{id}/2fa/disable', { params })));
  const { email, full_name: name } = person;
  const close = () => setAsked(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('users.menu', { name })}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {person.is_active && person.is_invited && (
            <Menu.Item
              onClick={() =>
                invite.mutate(undefined, { onSuccess: () => notify.done(t('users.invited', { email })) })
              }
            >
              {t('users.inviteAgain')}
            </Menu.Item>
          )}
          {person.is_active && !person.is_invited && (
            <>
              <Menu.Item
                onClick={() =>
                  reset.mutate(undefined, { onSuccess: () => notify.done(t('users.resetSent', { email })) })
                }
              >
                {t('users.sendReset')}
              </Menu.Item>
              <Menu.Item onClick={() => setAsked('twoFactorOff')}>{t('users.twoFactorOff')}</Menu.Item>
            </>
          )}
          {person.is_active ? (
            <Menu.Item color="var(--danger)" onClick={() => setAsked('deactivate')}>
              {t('users.deactivate')}
            </Menu.Item>
          ) : (
            <Menu.Item onClick={() => change.mutate({ is_active: true })}>{t('users.activate')}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asked === 'deactivate'}
        title={t('users.deactivateTitle', { name })}
        confirm={t('users.deactivate')}
        busy={change.isPending}
        onClose={close}
        onConfirm={() => change.mutate({ is_active: false }, { onSettled: close })}
      >
        <Text size="md">{t('users.deactivateHint')}</Text>
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'twoFactorOff'}
        title={t('users.twoFactorOffTitle', { name })}
        confirm={t('users.twoFactorOff')}
        busy={twoFactorOff.isPending}
        onClose={close}
        onConfirm={() =>
          twoFactorOff.mutate(undefined, {
            onSuccess: () => notify.done(t('users.twoFactorIsOff', { name })),
            onSettled: close,
          })
        }
      >
        <Text size="md">{t('users.twoFactorOffHint')}</Text>
      </ConfirmDialog>
    </>
  );
}
