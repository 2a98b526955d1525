import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  opened: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  cancel?: string;
  busy?: boolean;
  disabled?: boolean;
  error?: string | null;
  onConfirm(): void;
  onClose(): void;
}

/** Asks before something is lost. The way back has the focus. */
export function ConfirmDialog(props: Props) {
  const { t } = useTranslation();
  const { opened, title, children, confirm, cancel, busy, disabled, error, onConfirm, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (!disabled) onConfirm();
        }}
      >
        <Stack gap="sm">
          {children}
          {error && (
            <Text role="alert" size="sm" c="var(--danger)">
              {error}
            </Text>
          )}
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={onClose} data-autofocus>
              {cancel ?? t('common.cancel')}
            </Button>
            <Button type="submit" color="red" loading={busy} disabled={disabled}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
