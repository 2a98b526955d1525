import { ActionIcon, Autocomplete, Button, Menu, Pill, Select, Tooltip } from '@mantine/core';
import { IconDots, IconDownload, IconPlus, IconUpload } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useCompanyName } from '@/api/companies';
import { useMayI, usePeople } from '@/api/queries';
import type { Contact } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { download } from '@/ui/download';
import { EmptyState } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { Filters, ListBody, NoRows, Pages, SearchField } from '@/ui/list';
import list from '@/ui/list.module.css';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { PER_PAGE, useContacts, useExportContacts, useLiveContacts } from './api';
import { ContactForm } from './components/contact-form';
import { ContactTable } from './components/contact-table';
import { toDay } from './days';
import { RunningImport } from './import/running-import';
import {
  EVERYBODY,
  isFiltered,
  type ListState,
  PURCHASES,
  readState,
  resorted,
  SORT_FIELDS,
  writeState,
} from './list-state';

export default function ContactsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMayI('contacts.write');
  const mayManage = useMayI('contacts.manage');
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readState(params), [params]);
  useLiveContacts();
  const contacts = useContacts(state);
  const total = contacts.data?.total;
  const creating = params.has('new') && mayWrite;

  // What is typed makes no steps for the browser's way back.
  const show = (change: Partial<ListState>) =>
    setParams(writeState(state, change), { replace: 'search' in change });
  const open = useMemo(() => () => navigate('/contacts?new='), [navigate]);
  const close = () => setParams(writeState(state, { page: state.page }), { replace: true });

  const commands = useMemo<Command[]>(() => {
    const group = t('palette.actions');
    return [
      ...(mayWrite ? [{ id: 'new-contact', group, label: t('contacts.new'), run: open }] : []),
      ...(mayManage
        ? [
            {
              id: 'import-contacts',
              group,
              label: t('contacts.import.open'),
              run: () => navigate('/contacts/import'),
            },
          ]
        : []),
    ];
  }, [mayWrite, mayManage, t, open, navigate]);
  useCommands('contacts', commands);
  useShortcuts(
    t('contacts.title'),
    mayWrite ? [{ keys: 'N', key: 'n', label: t('contacts.new'), run: open }] : [],
  );

  return (
    <Page
      title={t('contacts.title')}
      count={total === undefined ? undefined : t('contacts.count', { count: total })}
      actions={
        <>
          {mayManage && <Files />}
          {mayWrite && (
            <Button leftSection={<IconPlus size={16} />} onClick={open}>
              {t('contacts.new')}
            </Button>
          )}
        </>
      }
      toolbar={<Toolbar state={state} show={show} shown={contacts.data?.items ?? []} />}
    >
      {mayManage && <RunningImport />}
      <ListBody
        query={contacts}
        empty={<NoContacts state={state} show={show} onNew={mayWrite ? open : undefined} />}
      >
        {(items, total) => (
          <>
            <ContactTable contacts={items} state={state} onChange={show} stale={contacts.isPlaceholderData} />
            <Pages page={state.page} perPage={PER_PAGE} total={total} onPage={(page) => show({ page })} />
          </>
        )}
      </ListBody>
      <ContactForm
        opened={creating}
        onClose={close}
        onSaved={(contact) => {
          notify.done(t('contacts.created', { name: contact.name }));
          navigate(`/contacts/${contact.id}`, { replace: true });
        }}
      />
    </Page>
  );
}

/** Contacts from a file, and into one. */
function Files() {
  const { t } = useTranslation();
  const exporting = useExportContacts();
  const save = () =>
    exporting.mutate(undefined, {
      onSuccess: (file) => download(file, t('contacts.exportName', { day: toDay(new Date()) })),
      onError: (error) => notify.failed(t('contacts.notExported'), describeError(error, t)),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('contacts.files')}>
          <ActionIcon
            size={36}
            variant="default"
            aria-label={t('contacts.files')}
            loading={exporting.isPending}
          >
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/contacts/import" leftSection={<IconUpload size={16} />}>
          {t('contacts.import.open')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={16} />} onClick={save}>
          {t('contacts.export')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface FilterProps {
  state: ListState;
  show(change: Partial<ListState>): void;
}

function Toolbar({ state, show, shown }: FilterProps & { shown: Contact[] }) {
  const { t } = useTranslation();
  const people = usePeople();
  const owners = [...people.values()].map(({ id, full_name }) => ({ value: id, label: full_name }));
  const known = (values: (string | null)[]) =>
    [...new Set(values.filter((value) => value !== null))].sort((one, other) => one.localeCompare(other));
  return (
    <>
      <SearchField
        label={t('contacts.search')}
        sought={state.search}
        onSearch={(search) => show({ search })}
      />
      <Select
        w={160}
        className={`${list.filter} ${list.phoneOnly}`}
        aria-label={t('common.sortBy')}
        data={SORT_FIELDS.map((field) => ({ value: field, label: t(`contacts.sort.${field}`) }))}
        value={state.sort.field}
        allowDeselect={false}
        onChange={(value) => {
          const field = SORT_FIELDS.find((one) => one === value);
          if (field) show({ sort: resorted(state.sort, field) });
        }}
      />
      <Filters inUse={isFiltered(state)}>
        <WordFilter
          label={t('contacts.tag')}
          word={state.tag}
          known={known(shown.flatMap(({ tags }) => tags))}
          onWord={(tag) => show({ tag })}
        />
        <WordFilter
          label={t('contacts.region')}
          word={state.region}
          known={known(shown.map(({ region }) => region))}
          onWord={(region) => show({ region })}
        />
        <Select
          w={200}
          className={list.filter}
          aria-label={t('contacts.owner')}
          placeholder={t('contacts.anyOwner')}
          data={owners}
          value={state.owner}
          onChange={(owner) => show({ owner })}
          searchable
          clearable
        />
        <Select
          w={200}
          className={list.filter}
          aria-label={t('contacts.purchases')}
          placeholder={t('contacts.anyPurchases')}
          data={PURCHASES.map((value) => ({ value, label: t(`contacts.bought.${value}`) }))}
          value={state.purchases}
          onChange={(value) =>
            show({ purchases: PURCHASES.find((purchases) => purchases === value) ?? null })
          }
          clearable
        />
      </Filters>
      {state.company && <OfCompany id={state.company} onRemove={() => show({ company: null })} />}
      {isFiltered(state) && (
        <Button variant="subtle" size="compact-sm" onClick={() => show(EVERYBODY)}>
          {t('common.clearFilters')}
        </Button>
      )}
    </>
  );
}

interface WordFilterProps {
  label: string;
  word: string | null;
  /** Those that can be seen; others can be written. */
  known: string[];
  onWord(word: string | null): void;
}

function WordFilter({ label, word, known, onWord }: WordFilterProps) {
  const [text, setText] = useState(word ?? '');
  useEffect(() => setText(word ?? ''), [word]);
  const take = (written: string) => {
    const next = written.trim() || null;
    if (next !== word) onWord(next);
  };
  return (
    <Autocomplete
      w={150}
      className={list.filter}
      aria-label={label}
      placeholder={label}
      data={known}
      value={text}
      clearable
      onChange={setText}
      onClear={() => take('')}
      onOptionSubmit={take}
      onBlur={() => take(text)}
      onKeyDown={(event) => event.key === 'Enter' && take(text)}
    />
  );
}

function OfCompany({ id, onRemove }: { id: string; onRemove(): void }) {
  const { t } = useTranslation();
  const mayRead = useMayI('companies.read');
  const name = useCompanyName(mayRead ? id : null) ?? '…';
  return (
    <Pill
      size="md"
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{
        'aria-label': t('common.withoutFilter', { value: name }),
        'aria-hidden': false,
        tabIndex: 0,
      }}
    >
      {t('contacts.company')}: {name}
    </Pill>
  );
}

function NoContacts({ state, show, onNew }: FilterProps & { onNew?: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <NoRows
      beyond={state.page > 1}
      onFirstPage={() => show({ page: 1 })}
      filtered={isFiltered(state)}
      noMatch={{ title: t('contacts.noMatchTitle'), hint: t('contacts.noMatchHint') }}
      none={
        <EmptyState
          title={t('contacts.emptyTitle')}
          hint={t('contacts.emptyHint')}
          action={onNew && <Button onClick={onNew}>{t('contacts.emptyAction')}</Button>}
        />
      }
    />
  );
}
