/** A record's form: it slides in from the right, its fields scroll, and what to do with it stays in sight. */
import { Button, Drawer, Group, Text } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError, fieldErrors } from './errors';
import classes from './form-drawer.module.css';

interface DrawerProps {
  opened: boolean;
  title: string;
  onClose(): void;
  children: ReactNode;
}

export function FormDrawer({ opened, title, onClose, children }: DrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={460}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      transitionProps={{ duration: 160 }}
      classNames={{ content: classes.drawer, title: classes.title, body: classes.body }}
    >
      {children}
    </Drawer>
  );
}

interface FormProps {
  /** Whether the record is there already. */
  exists: boolean;
  busy: boolean;
  disabled?: boolean | undefined;
  error: unknown;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose(): void;
  children: ReactNode;
}

export function DrawerForm({ exists, busy, disabled, error, onSubmit, onClose, children }: FormProps) {
  const { t } = useTranslation();
  return (
    <form noValidate onSubmit={onSubmit} className={classes.form}>
      <div className={classes.fields}>{children}</div>
      {Boolean(error) && Object.keys(fieldErrors(error, t)).length === 0 && (
        <Text role="alert" size="sm" c="var(--danger)" px="md" pb="xs">
          {describeError(error, t)}
        </Text>
      )}
      <Group justify="flex-end" gap="xs" className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={disabled}>
          {t(exists ? 'common.save' : 'common.create')}
        </Button>
      </Group>
    </form>
  );
}

/** Fields that share a line. */
export function Pair({ children }: { children: ReactNode }) {
  return <div className={classes.pair}>{children}</div>;
}

/** Warns while one writes; whether the warning is right, the person knows. */
export function FormWarning({ title, children }: { title: string | null; children: ReactNode }) {
  return (
    <div role="status" className={classes.looksLike}>
      {title !== null && (
        <div className={classes.warning}>
          <strong>{title}</strong>
          {children}
        </div>
      )}
    </div>
  );
}
