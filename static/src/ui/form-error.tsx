import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { describeError, fieldErrors } from './errors';

/** Why a form was refused, where no single field tells it. */
export function FormError({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error || Object.keys(fieldErrors(error, t)).length > 0) return null;
  return (
    <Text role="alert" size="sm" c="var(--danger)">
      {describeError(error, t)}
    </Text>
  );
}
