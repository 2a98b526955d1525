import { Button, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from './errors';

interface Props {
  title: string;
  hint?: string;
  /** One button at most. */
  action?: ReactNode;
}

/** One sentence, one hint, one button; used for empty, not found and failed alike. */
export function EmptyState({ title, hint, action }: Props) {
  return (
    <Stack align="center" justify="center" gap={8} py={56} px="md" ta="center" mih={280}>
      <Title order={2}>{title}</Title>
      {hint && (
        <Text size="md" c="dimmed" maw={420}>
          {hint}
        </Text>
      )}
      {action && <div style={{ marginTop: 12 }}>{action}</div>}
    </Stack>
  );
}

export function LoadError({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        title={t('errors.loadTitle')}
        hint={describeError(error, t)}
        action={<Button onClick={retry}>{t('common.retry')}</Button>}
      />
    </div>
  );
}
