import { Button, Pill, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useMayI, usePeople } from '@/api/queries';
import type { CompanySize } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { EmptyState } from '@/ui/empty-state';
import { ListBody, NoRows, Pages, SearchField } from '@/ui/list';
import list from '@/ui/list.module.css';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { PER_PAGE, useCompanies, useLiveCompanies } from './api';
import { CompanyForm } from './components/company-form';
import { CompanyTable } from './components/company-table';
import {
  isFiltered,
  type ListState,
  readState,
  resorted,
  SIZES,
  SORT_FIELDS,
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
      <ListBody
        query={companies}
        empty={<NoCompanies state={state} show={show} onNew={mayWrite ? open : undefined} />}
      >
        {(items, total) => (
          <>
            <CompanyTable
              companies={items}
              state={state}
              onChange={show}
              stale={companies.isPlaceholderData}
            />
            <Pages page={state.page} perPage={PER_PAGE} total={total} onPage={(page) => show({ page })} />
          </>
        )}
      </ListBody>
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
      <SearchField
        label={t('companies.search')}
        sought={state.search}
        onSearch={(search) => show({ search })}
      />
      <Select
        w={160}
        className={list.filter}
        aria-label={t('companies.size')}
        placeholder={t('companies.anySize')}
        data={SIZES.map((size) => ({ value: size, label: t(`companies.sizes.${size}`) }))}
        value={state.size}
        onChange={(size) => show({ size: size as CompanySize | null })}
        clearable
      />
      <Select
        w={190}
        className={list.filter}
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
        className={`${list.filter} ${list.phoneOnly}`}
        aria-label={t('common.sortBy')}
        data={SORT_FIELDS.map((field) => ({ value: field, label: t(`companies.sort.${field}`) }))}
        value={state.sort.field}
        allowDeselect={false}
        onChange={(value) => {
          const field = SORT_FIELDS.find((known) => known === value);
          if (field) show({ sort: resorted(state.sort, field) });
        }}
      />
      {state.industry && (
        <Pill
          size="md"
          withRemoveButton
          onRemove={() => show({ industry: null })}
          removeButtonProps={{
            'aria-label': t('common.withoutFilter', { value: state.industry }),
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
          {t('common.clearFilters')}
        </Button>
      )}
    </>
  );
}

function NoCompanies({ state, show, onNew }: FilterProps & { onNew?: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <NoRows
      beyond={state.page > 1}
      onFirstPage={() => show({ page: 1 })}
      filtered={isFiltered(state)}
      noMatch={{ title: t('companies.noMatchTitle'), hint: t('companies.noMatchHint') }}
      none={
        <EmptyState
          title={t('companies.emptyTitle')}
          hint={t('companies.emptyHint')}
          action={onNew && <Button onClick={onNew}>{t('companies.emptyAction')}</Button>}
        />
      }
    />
  );
}
