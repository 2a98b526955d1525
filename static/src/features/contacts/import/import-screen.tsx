import { Button, Progress } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { type DragEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useMe } from '@/api/queries';
import { BackLink } from '@/ui/details';
import { download } from '@/ui/download';
import { EmptyState } from '@/ui/empty-state';
import { describeError, fieldErrors } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { Page } from '@/ui/page';
import { LARGEST_FILE, type Sending, useImport, useStartImport } from './api';
import { ColumnChoice } from './column-choice';
import { detect, type Mapping, told } from './columns';
import { decode, readTable, type Table, writeTable } from './csv';
import classes from './import.module.css';
import { type RecentImport, useRecentImports } from './recent';

/** How much of a file is looked at before it is sent. */
const LOOKED_AT = 256 * 1024;
const SHOWN = 5;

export default function ImportScreen() {
  const { t } = useTranslation();
  const me = useMe().data;
  const may = me?.permissions.includes('contacts.manage');
  const recents = useRecentImports();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <Page
      title={t('contacts.import.title')}
      narrow
      back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}
    >
      {!me ? null : !may ? (
        <EmptyState title={t('errors.code.forbidden')} />
      ) : chosen ? (
        <Review chosen={chosen} onBack={() => setChosen(null)} />
      ) : (
        <>
          <Choose onChosen={setChosen} />
          {recents.length > 0 && <Recents recents={recents} />}
        </>
      )}
    </Page>
  );
}

interface Chosen {
  file: File;
  table: Table;
}

async function look(file: File): Promise<Chosen> {
  const bytes = await file.slice(0, LOOKED_AT).arrayBuffer();
  return { file, table: readTable(decode(bytes), SHOWN, file.size > LOOKED_AT) };
}

function Choose({ onChosen }: { onChosen(chosen: Chosen): void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > LARGEST_FILE) return setProblem(t('contacts.import.tooLarge'));
    const chosen = await look(file).catch(() => null);
    if (!chosen) return setProblem(t('contacts.import.unreadable', { name: file.name }));
    if (chosen.table.names.length === 0 || chosen.table.rows.length === 0)
      return setProblem(t('contacts.import.noRows', { name: file.name }));
    onChosen(chosen);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section
      className={classes.drop}
      data-over={isOver || undefined}
      aria-label={t('contacts.import.choose')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <h2>{t('contacts.import.choose')}</h2>
      <p>{t('contacts.import.hint')}</p>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        hidden
        aria-label={t('contacts.import.pick')}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          // The same file again, mended meanwhile, is a new one.
          event.currentTarget.value = '';
        }}
      />
      <Button leftSection={<IconUpload size={16} />} onClick={() => input.current?.click()}>
        {t('contacts.import.pick')}
      </Button>
      <Button variant="subtle" size="compact-sm" leftSection={<IconDownload size={14} />} onClick={saveModel}>
        {t('contacts.import.model')}
      </Button>
      {problem && (
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
      )}
    </section>
  );

  function saveModel() {
    const names = t('contacts.import.modelNames').split(' ');
    download(writeTable([names, t('contacts.import.modelRow').split('|')]), t('contacts.import.modelFile'));
  }
}

function Review({ chosen, onBack }: { chosen: Chosen; onBack(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { file, table } = chosen;
  const detected = useMemo(() => detect(table.names), [table]);
  const [mapping, setMapping] = useState<Mapping>(detected);
  const sending = useMemo<Sending>(
    () => ({ file, mapping: told(detected, mapping) }),
    [file, detected, mapping],
  );
  const start = useStartImport();
  useLeaveGuard(start.isPending);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate(sending, { onSuccess: (id) => navigate(`/contacts/import/${id}`) });
      }}
    >
      <ColumnChoice
        file={file}
        table={table}
        detected={detected}
        mapping={mapping}
        onMapping={setMapping}
        disabled={start.isPending}
      />
      {start.isPending && (
        <div className={classes.panel} role="status">
          <p className={classes.hint}>{t('contacts.import.sending', { name: file.name })}</p>
          <Progress
            value={start.share * 100}
            aria-label={t('contacts.import.sending', { name: file.name })}
          />
        </div>
      )}
      {start.isError && (
        <p role="alert" className={classes.problem}>
          {Object.values(fieldErrors(start.error, t))[0] ?? describeError(start.error, t)}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" disabled={start.isPending} onClick={onBack}>
          {t('contacts.import.another')}
        </Button>
        <Button type="submit" loading={start.isPending} disabled={mapping.name === null}>
          {t(start.isError ? 'common.retry' : 'contacts.import.start')}
        </Button>
      </div>
    </form>
  );
}

/** The browser asks before the page is closed while a file is on its way. */
function useLeaveGuard(isSending: boolean): void {
  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isSending]);
}

function Recents({ recents }: { recents: RecentImport[] }) {
  const { t } = useTranslation();
  return (
    <section className={classes.panel} aria-label={t('contacts.import.recent')}>
      <h2>{t('contacts.import.recent')}</h2>
      <ul className={classes.recents}>
        {recents.map((one) => (
          <Recent key={one.id} recent={one} />
        ))}
      </ul>
    </section>
  );
}

function Recent({ recent: { id, filename } }: { recent: RecentImport }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useImport(id).data;
  return (
    <li>
      <Link to={`/contacts/import/${id}`}>{filename}</Link>
      {now && (
        <span title={formats.dateTime(now.created_at)}>
          {t(`contacts.import.status.${now.status as 'done'}`)} · {formats.relative(now.created_at)}
        </span>
      )}
    </li>
  );
}
