import { Button, Progress } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Problem } from '@/api/problem';
import { useFormats } from '@/ui/format';
import { isOver, shareDone, useImport } from './api';
import classes from './import.module.css';
import { recent, useRecentImports } from './recent';

/** The latest import whose end one has not seen: still running, or over meanwhile. */
export function RunningImport() {
  const { t } = useTranslation();
  const formats = useFormats();
  const latest = useRecentImports().find(({ seen }) => !seen);
  const query = useImport(latest?.id ?? null);
  const now = query.data;
  const isGone = query.error instanceof Problem && query.error.status === 404;
  const id = latest?.id;
  useEffect(() => {
    if (isGone && id) recent.forget(id);
  }, [isGone, id]);
  if (!latest || !now) return null;
  const over = isOver(now.status);
  return (
    <section className={classes.running} aria-label={t('contacts.import.title')}>
      <span>
        <strong>{latest.filename}</strong>: {t(`contacts.import.status.${now.status as 'done'}`)}
      </span>
      {!over && (
        <div>
          <Progress value={shareDone(now) * 100} animated aria-label={t('contacts.import.progress')} />
        </div>
      )}
      {over && (
        <span>
          {t('contacts.import.outcome', {
            created: formats.number(now.created),
            updated: formats.number(now.updated),
            rejected: formats.number(now.rejected),
          })}
        </span>
      )}
      <Button component={Link} to={`/contacts/import/${latest.id}`} size="compact-sm" variant="default">
        {t('contacts.import.see')}
      </Button>
    </section>
  );
}
