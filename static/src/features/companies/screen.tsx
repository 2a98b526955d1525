import { Button, Pagination, Pill, Select, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useMayI, usePeople } from '@/api/queries';
import type { CompanySize } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { PER_PAGE, useCompanies, useLiveCompanies } from './api';
import classes from './components/companies.module.css';
import { CompanyForm } from './components/company-form';
import { CompanyTable } from './components/company-table';
import {
  isFiltered,
  type ListState,
  readState,
  SIZES,
  SORT_FIELDS,
  sortedBy,
  writeState,
} from './list-state';

export default function CompaniesScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMayI('companies.write');
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readState(params), [params]);
  useLiveCompanies();
  const companies = useCompanies(state);
  const total = companies.data?.total;
  const creating = params.has('new') && mayWrite;

  // What is typed makes no steps for the browser's way back.
  const show = (change: Partial<ListState>) =>
    setParams(writeState(state, change), { replace: 'search' in change });
  const open = useMemo(() => () => navigate('/companies?new='), [navigate]);
  const close = () => setParams(writeState(state, { page: state.page }), { replace: true });

  const commands = useMemo<Command[]>(
    () =>
      mayWrite
        ? [{ id: 'new-company', group: t('palette.actions'), label: t('companies.new'), run: open }]
        : [],
    [mayWrite, t, open],
  );
  useCommands('companies', commands);
  useShortcuts(
    t('companies.title'),
    mayWrite ? [{ keys: 'N', key: 'n', label: t('companies.new'), run: open }] : [],
  );
  const last = Math.max(1, Math.ceil((total ?? 0) / PER_PAGE));

  return (
    <Page
      title={t('companies.title')}
      count={total === undefined ? undefined : t('companies.count', { count: total })}
      actions={
        mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            {t('companies.new')}
          </Button>
        )
      }
      toolbar={<Filters state={state} show={show} />}
    >
      {companies.isLoadingError ? (
        <LoadError error={companies.error} retry={() => void companies.refetch()} />
      ) : companies.isPending ? (
        <Delayed>
          <LoadingRows />
        </Delayed>
      ) : companies.data.items.length === 0 ? (
        <NoCompanies state={state} show={show} onNew={mayWrite ? open : undefined} />
      ) : (
        <>
          <CompanyTable
            companies={companies.data.items}
            state={state}
            onChange={show}
            stale={companies.isPlaceholderData}
          />
          {last > 1 && (
            <Pagination
              mt="md"
              size="sm"
              value={Math.min(state.page, last)}
              total={last}
              onChange={(page) => show({ page })}
              getControlProps={(control) => ({ 'aria-label': t(`common.pages.${control}`) })}
              getItemProps={(page) => ({ 'aria-label': t('common.pages.number', { page }) })}
            />
          )}
        </>
      )}
      <CompanyForm
        opened={creating}
        onClose={close}
        onSaved={(company) => {
          notify.done(t('companies.created', { name: company.name }));
          navigate(`/companies/${company.id}`, { replace: true });
        }}
      />
    </Page>
  );
}

interface FilterProps {
  state: ListState;
  show(change: Partial<ListState>): void;
}

function Filters({ state, show }: FilterProps) {
  const { t } = useTranslation();
  const people = usePeople();
  const owners = [...people.values()].map(({ id, full_name }) => ({ value: id, label: full_name }));
  return (
    <>
      <SearchField sought={state.search} onSearch={(search) => show({ search })} />
      <Select
        w={160}
        className={classes.filter}
        aria-label={t('companies.size')}
        placeholder={t('companies.anySize')}
        data={SIZES.map((size) => ({ value: size, label: t(`companies.sizes.${size}`) }))}
        value={state.size}
        onChange={(size) => show({ size: size as CompanySize | null })}
        clearable
      />
      <Select
        w={190}
        className={classes.filter}
        aria-label={t('companies.owner')}
        placeholder={t('companies.anyOwner')}
        data={owners}
        value={state.owner}
        onChange={(owner) => show({ owner })}
        searchable
        clearable
      />
      <Select
        w={160}
        className={`${classes.filter} ${classes.phoneOnly}`}
        aria-label={t('companies.sortBy')}
        data={SORT_FIELDS.map((field) => ({ value: field, label: t(`companies.sort.${field}`) }))}
        value={state.sort.field}
        allowDeselect={false}
        onChange={(value) => {
          const field = SORT_FIELDS.find((known) => known === value);
          if (field) show({ sort: sortedBy(state.sort, field) });
        }}
      />
      {state.industry && (
        <Pill
          size="md"
          withRemoveButton
          onRemove={() => show({ industry: null })}
          removeButtonProps={{
            'aria-label': t('companies.withoutFilter', { value: state.industry }),
            'aria-hidden': false,
            tabIndex: 0,
          }}
        >
          {t('companies.industry')}: {state.industry}
        </Pill>
      )}
      {isFiltered(state) && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => show({ search: '', industry: null, size: null, owner: null })}
        >
          {t('companies.clearFilters')}
        </Button>
      )}
    </>
  );
}

/** Searches while one types; follows the address when that changes otherwise. */
function SearchField({ sought, onSearch }: { sought: string; onSearch(search: string): void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(sought);
  const sent = useRef(sought);
  const send = useDebouncedCallback((value: string) => {
    sent.current = value.trim();
    onSearch(value);
  }, 250);
  useEffect(() => {
    if (sought === sent.current) return;
    sent.current = sought;
    setText(sought);
  }, [sought]);
  return (
    <TextInput
      w={300}
      className={classes.search}
      type="search"
      aria-label={t('companies.search')}
      placeholder={t('companies.search')}
      leftSection={<IconSearch size={15} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}

function NoCompanies({ state, show, onNew }: FilterProps & { onNew?: (() => void) | undefined }) {
  const { t } = useTranslation();
  if (state.page > 1) {
    return (
      <EmptyState
        title={t('companies.pageGone')}
        action={<Button onClick={() => show({ page: 1 })}>{t('companies.firstPage')}</Button>}
      />
    );
  }
  if (isFiltered(state)) {
    return <EmptyState title={t('companies.noMatchTitle')} hint={t('companies.noMatchHint')} />;
  }
  return (
    <EmptyState
      title={t('companies.emptyTitle')}
      hint={t('companies.emptyHint')}
      action={onNew && <Button onClick={onNew}>{t('companies.emptyAction')}</Button>}
    />
  );
}

function LoadingRows() {
  return (
    <div className={classes.frame} aria-hidden>
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton are all alike
        <Skeleton key={index} height={34} m={12} width="auto" />
      ))}
    </div>
  );
}
