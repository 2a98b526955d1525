import { Menu, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconLogout, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSignOut } from '@/api/queries';
import { live, useLiveState } from '@/live/react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { changeSeller, floorKeys } from '../api';
import { changeSellerInCache } from '../cache';
import type { Seller } from '../types';
import classes from './my-clients.module.css';

/** Takes a seller from the floor while they stay signed in, and back. */
export function usePause(meId: string) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (is_paused: boolean) => changeSeller(meId, { is_paused }),
    onSuccess: ({ is_paused }) => {
      changeSellerInCache(cache, meId, (seller) => ({ ...seller, is_paused }));
      void cache.invalidateQueries({ queryKey: floorKeys.sellers });
    },
    onError: (error) => notify.failed(t('floor.mine.notPaused'), describeError(error, t)),
  });
}

interface Props {
  meId: string;
  seller: Seller | undefined;
  /** How many clients would go to others. */
  waiting: number;
}

/** Whether one is at the counter, and the ways out and back. */
export function PresenceMenu({ meId, seller, waiting }: Props) {
  const { t } = useTranslation();
  const { status, waiting: unsent } = useLiveState();
  const [pausing, pauseQuestion] = useDisclosure();
  const [leaving, leaveQuestion] = useDisclosure();
  const pause = usePause(meId);
  const signOut = useSignOut();
  const isPaused = seller?.is_paused ?? false;
  const isAway = status === 'offline' || status === 'stopped' || status === 'reconnecting';
  const state = isAway ? 'away' : isPaused ? 'paused' : seller?.is_online ? 'online' : 'joining';

  return (
    <>
      <span role="status" className="visually-hidden">
        {t(`floor.mine.states.${state}`)}
      </span>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <UnstyledButton className={classes.presence} data-state={state}>
            <i aria-hidden />
            {t(`floor.mine.states.${state}`)}
            <IconChevronDown size={14} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t(`floor.mine.stateHints.${state}`)}</Menu.Label>
          {isPaused ? (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => pause.mutate(false)}>
              {t('floor.mine.resume')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={pauseQuestion.open}>
              {t('floor.mine.pause')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={leaveQuestion.open}>
            {t('floor.mine.leave')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={pausing}
        title={t('floor.mine.pauseTitle')}
        confirm={t('floor.mine.pause')}
        busy={pause.isPending}
        onClose={pauseQuestion.close}
        onConfirm={() => pause.mutate(true, { onSuccess: pauseQuestion.close })}
      >
        <Text size="md">{t('floor.mine.goToOthers', { count: waiting })}</Text>
        <Text size="sm" c="dimmed">
          {t('floor.mine.pauseQuestion')}
        </Text>
      </ConfirmDialog>
      <ConfirmDialog
        opened={leaving}
        title={t('floor.mine.leaveTitle')}
        confirm={t('floor.mine.leave')}
        onClose={leaveQuestion.close}
        onConfirm={() => {
          live.stop({ discard: true });
          void signOut();
        }}
      >
        <Text size="md">{t('floor.mine.goToOthers', { count: waiting })}</Text>
        {unsent > 0 && (
          <Text size="md" c="var(--danger)">
            {t('auth.leaveWaiting', { count: unsent })}
          </Text>
        )}
      </ConfirmDialog>
    </>
  );
}
