import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './contacts.module.css';

/** Tags; where one can be asked for, pressing it shows only those who bear it. */
export function Tags({ tags, onTag }: { tags: readonly string[]; onTag?: (tag: string) => void }) {
  const { t } = useTranslation();
  return (
    <span className={classes.tags}>
      {tags.map((tag) =>
        onTag ? (
          <UnstyledButton
            key={tag}
            className={classes.tag}
            title={t('common.filterBy', { value: tag })}
            onClick={() => onTag(tag)}
          >
            {tag}
          </UnstyledButton>
        ) : (
          <span key={tag} className={classes.tag}>
            {tag}
          </span>
        ),
      )}
    </span>
  );
}
