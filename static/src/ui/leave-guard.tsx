import { Text } from '@mantine/core';
import { useContext, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UNSAFE_NavigationContext as NavigationContext } from 'react-router';
import { ConfirmDialog } from './confirm-dialog';
import { holdBack } from './hold-back';

interface Props {
  /** Whether something would be lost. */
  unsaved: boolean;
  /** Tried before anybody is asked; resolves when there is nothing to lose any more. */
  save?(): Promise<unknown>;
}

/** How long one waits for what is saved on leaving. */
const PATIENCE_MS = 3_000;

/** Asks before somebody leaves what is not saved: by a link, by the way back, or by closing the window. */
export function LeaveGuard({ unsaved, save }: Props) {
  const { t } = useTranslation();
  const { navigator } = useContext(NavigationContext);
  const [held, setHeld] = useState<{ go(): void } | null>(null);
  const latest = useRef(save);
  latest.current = save;

  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    const release = holdBack(navigator, (go) => {
      const leave = () => {
        release();
        go();
      };
      const tried = latest.current ? inTime(latest.current()) : Promise.reject(new Error('nobody saves'));
      tried.then(leave, () => setHeld({ go: leave }));
    });
    return () => {
      removeEventListener('beforeunload', warn);
      release();
    };
  }, [unsaved, navigator]);

  return (
    <ConfirmDialog
      opened={held !== null}
      title={t('leave.title')}
      confirm={t('leave.go')}
      cancel={t('leave.stay')}
      onConfirm={() => {
        setHeld(null);
        held?.go();
      }}
      onClose={() => setHeld(null)}
    >
      <Text size="sm">{t('leave.hint')}</Text>
    </ConfirmDialog>
  );
}

const inTime = (saving: Promise<unknown>) =>
  Promise.race([
    saving,
    new Promise((_, reject) => setTimeout(() => reject(new Error('too slow')), PATIENCE_MS)),
  ]);
