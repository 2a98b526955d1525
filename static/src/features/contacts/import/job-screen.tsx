import { Button, Progress, Skeleton, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Problem } from '@/api/problem';
import type { Import } from '@/api/types';
import { Delayed } from '@/ui/delayed';
import { BackLink } from '@/ui/details';
import { download } from '@/ui/download';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { fieldMessage } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { Page } from '@/ui/page';
import { isOver, shareDone, useImport } from './api';
import { FIELDS } from './columns';
import classes from './import.module.css';
import { recent, sentFiles } from './recent';
import { rejectedFile, rejectedRows } from './rejected';

const SHOWN = 100;

/** How far an import is, and what came of it. */
export default function ImportJobScreen() {
  const { t } = useTranslation();
  const { importId = '' } = useParams();
  const query = useImport(importId);
  const now = query.data;
  const isGone = query.error instanceof Problem && [400, 404].includes(query.error.status);
  useEffect(() => {
    if (isOver(now?.status)) recent.see(importId);
    if (isGone) recent.forget(importId);
  }, [now?.status, importId, isGone]);

  if (!now) {
    if (isGone) {
      return (
        <EmptyState
          title={t('contacts.import.gone')}
          action={
            <Button component={Link} to="/contacts/import">
              {t('contacts.import.open')}
            </Button>
          }
        />
      );
    }
    if (query.isError) return <LoadError error={query.error} retry={() => void query.refetch()} />;
    return (
      <Delayed>
        <Page title={t('contacts.import.title')} narrow>
          <Skeleton height={160} radius="md" />
        </Page>
      </Delayed>
    );
  }
  return (
    <Page
      title={now.filename}
      narrow
      back={<BackLink to="/contacts/import">{t('contacts.import.title')}</BackLink>}
    >
      <Standing now={now} isStale={query.isError} />
      {now.rejected > 0 && <Rejected now={now} />}
      {isOver(now.status) && (
        <div className={classes.actions}>
          <Button component={Link} to="/contacts/import" variant="default">
            {t('contacts.import.another')}
          </Button>
          <Button component={Link} to="/contacts">
            {t('contacts.all')}
          </Button>
        </div>
      )}
    </Page>
  );
}

function Standing({ now, isStale }: { now: Import; isStale: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { status, total, processed, created, updated, rejected, errors, finished_at } = now;
  const failed = status === 'failed';
  return (
    <section className={classes.panel} aria-label={t('contacts.import.progress')}>
      <div role="status">
        <h2>{t(`contacts.import.status.${status as 'done'}`)}</h2>
        <p className={classes.hint}>
          {failed
            ? errors[0] && fieldMessage(errors[0], t)
            : isOver(status)
              ? finished_at && formats.dateTime(finished_at)
              : t('contacts.import.mayLeave')}
        </p>
      </div>
      {!failed && (
        <Progress
          value={isOver(status) ? 100 : shareDone(now) * 100}
          animated={!isOver(status)}
          aria-label={t('contacts.import.progress')}
        />
      )}
      {isStale && (
        <Text size="sm" c="var(--amber-text)" mt="xs">
          {t('contacts.import.stale')}
        </Text>
      )}
      {total > 0 && (
        <dl className={classes.figures}>
          <Figure
            label={t('contacts.import.processed', { total: formats.number(total) })}
            value={processed}
          />
          <Figure label={t('contacts.import.created')} value={created} />
          <Figure label={t('contacts.import.updated')} value={updated} />
          <Figure label={t('contacts.import.rejected')} value={rejected} isBad={rejected > 0} />
        </dl>
      )}
    </section>
  );
}

function Figure({ label, value, isBad }: { label: string; value: number; isBad?: boolean }) {
  const formats = useFormats();
  return (
    <div>
      <dt>{label}</dt>
      <dd data-bad={isBad || undefined}>{formats.number(value)}</dd>
    </div>
  );
}

/** The rows that were not taken, and why. */
function Rejected({ now }: { now: Import }) {
  const { t } = useTranslation();
  const { id, errors, rejected } = now;
  const fieldName = (field: string) => {
    const known = FIELDS.find((one) => one === field);
    return known ? t(`contacts.import.fields.${known}`) : field;
  };
  const save = async () => {
    const rows = await rejectedRows(errors, sentFiles.get(id), {
      line: t('contacts.import.line'),
      field: t('contacts.import.field'),
      reason: t('contacts.import.reason'),
      describe: (error) => fieldMessage(error, t),
      fieldName,
    });
    download(rejectedFile(rows), t('contacts.import.rejectedFile', { name: now.filename }));
  };
  const told = new Set(errors.map(({ row }) => row)).size;
  return (
    <section className={classes.panel} aria-label={t('contacts.import.rejectedTitle')}>
      <div className={classes.head}>
        <h2>{t('contacts.import.rejectedTitle')}</h2>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} />}
          onClick={() => void save()}
        >
          {t('contacts.import.downloadRejected')}
        </Button>
      </div>
      <p className={classes.hint}>
        {t('contacts.import.rejectedHint')}
        {told < rejected && ` ${t('contacts.import.onlyFirst', { count: told })}`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <div className={classes.scroll} tabIndex={0}>
        <table className={classes.sample}>
          <thead>
            <tr>
              <th scope="col">{t('contacts.import.line')}</th>
              <th scope="col">{t('contacts.import.field')}</th>
              <th scope="col">{t('contacts.import.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(0, SHOWN).map((error) => (
              <tr key={`${error.row}-${error.field}-${error.code}`}>
                <td className="tabular">{error.row}</td>
                <td>{fieldName(error.field)}</td>
                <td data-whole>{fieldMessage(error, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {errors.length > SHOWN && (
        <p className={classes.hint}>{t('contacts.import.moreInFile', { count: errors.length - SHOWN })}</p>
      )}
    </section>
  );
}
