import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './save-bar.module.css';

interface Props {
  isDirty: boolean;
  isSaving: boolean;
  isWrong?: boolean;
  onDiscard(): void;
}

/** The foot of a form that is saved on purpose: what can be done, and whether anything is to be. */
export function SaveBar({ isDirty, isSaving, isWrong, onDiscard }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.bar} data-dirty={isDirty || undefined}>
      <Button type="submit" loading={isSaving} disabled={!isDirty || isWrong}>
        {t('common.save')}
      </Button>
      {isDirty && (
        <>
          <Button variant="default" onClick={onDiscard}>
            {t('service.discard')}
          </Button>
          <Text size="sm" c={isWrong ? 'var(--danger)' : 'dimmed'}>
            {t(isWrong ? 'service.wrong' : 'service.unsaved')}
          </Text>
        </>
      )}
    </div>
  );
}
