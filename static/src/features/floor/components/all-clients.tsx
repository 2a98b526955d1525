import { ActionIcon, Badge, Button, Select, Table } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { EmptyState } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { ListBody, ListTable, NoRows, Nothing, Pages, SearchField } from '@/ui/list';
import list from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';
import { formatPhone } from '@/ui/phone';
import { LIST_PAGE, useClients, useRules, useSellers } from '../api';
import { isFiltered, type ListState, readState, writeState } from '../list-state';
import { periodName, periodsOf, USUAL_BOUNDS } from '../periods';
import { floorUi } from '../store';
import { type Client, type ClientState, type Seller, STATES } from '../types';
import { useMover } from '../use-mover';
import { ClientMenu } from './client-menu';
import { Days } from './days';
import classes from './floor.module.css';
import own from './list.module.css';

const NO_SELLERS: Seller[] = [];

/** Everybody who ever bought something: how they stand, and with whom. */
export function AllClients() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readState(params), [params]);
  const clients = useClients(state);
  const sellers = useSellers().data ?? NO_SELLERS;
  const move = useMover(sellers);
  const show = (change: Partial<ListState>) =>
    setParams(writeState(state, change), { replace: 'search' in change });
  useEffect(() => floorUi.reset, []);

  return (
    <div className={classes.page}>
      <Filters state={state} sellers={sellers} show={show} total={clients.data?.total} />
      <ListBody query={clients} empty={<None state={state} show={show} />}>
        {(items, total) => (
          <>
            <ListTable
              stale={clients.isPlaceholderData}
              head={
                <>
                  <Table.Th>{t('floor.client')}</Table.Th>
                  <Table.Th>{t('floor.days')}</Table.Th>
                  <Table.Th>{t('floor.state')}</Table.Th>
                  <Table.Th>{t('floor.seller')}</Table.Th>
                  <Table.Th className={list.figure}>{t('floor.spent')}</Table.Th>
                  <Table.Th>
                    <span className="visually-hidden">{t('common.more')}</span>
                  </Table.Th>
                </>
              }
            >
              {items.map((client) => (
                <Row key={client.id} client={client} />
              ))}
            </ListTable>
            <Pages page={state.page} perPage={LIST_PAGE} total={total} onPage={(page) => show({ page })} />
          </>
        )}
      </ListBody>
      <ClientMenu sellers={sellers} move={move} />
    </div>
  );
}

interface FilterProps {
  state: ListState;
  sellers: readonly Seller[];
  total: number | undefined;
  show(change: Partial<ListState>): void;
}

function Filters({ state, sellers, total, show }: FilterProps) {
  const { t } = useTranslation();
  const periods = periodsOf(useRules().data?.periods ?? USUAL_BOUNDS);
  return (
    <div className={own.filters}>
      <SearchField label={t('floor.search')} sought={state.search} onSearch={(search) => show({ search })} />
      <Select
        className={own.select}
        aria-label={t('floor.state')}
        placeholder={t('floor.anyState')}
        data={STATES.map((value) => ({ value, label: t(`floor.states.${value}`) }))}
        value={state.state}
        onChange={(value) => show({ state: value as ClientState | null })}
        clearable
      />
      <Select
        className={own.select}
        aria-label={t('floor.seller')}
        placeholder={t('floor.anySeller')}
        data={sellers.map(({ id, name }) => ({ value: id, label: name }))}
        value={state.seller}
        onChange={(seller) => show({ seller })}
        searchable
        clearable
      />
      <Select
        className={own.select}
        aria-label={t('floor.days')}
        placeholder={t('floor.anyPeriod')}
        data={periods.map(({ key }) => ({ value: key, label: t('floor.ofDays', { days: periodName(key) }) }))}
        value={state.period}
        onChange={(period) => show({ period })}
        clearable
      />
      {isFiltered(state) && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => show({ search: '', state: null, seller: null, period: null })}
        >
          {t('floor.clearFilters')}
        </Button>
      )}
      {total !== undefined && (
        <span className={`${own.total} tabular`} role="status">
          {t('floor.clients', { count: total })}
        </span>
      )}
    </div>
  );
}

function Row({ client }: { client: Client }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [params] = useSearchParams();
  const address = new URLSearchParams(params);
  address.set('client', client.id);
  const { seller } = client;
  return (
    <Table.Tr data-client-id={client.id}>
      <Table.Td className={list.nameCell}>
        <Link to={{ search: address.toString() }} className={list.name}>
          {client.name}
        </Link>
        <span className={list.sub}>
          {[client.phone && formatPhone(client.phone), client.region].filter(Boolean).join(' · ')}
        </span>
      </Table.Td>
      <Table.Td data-label={t('floor.days')}>
        <Days client={client} />
      </Table.Td>
      <Table.Td data-label={t('floor.state')}>
        <Badge
          variant="light"
          tt="none"
          color={client.state === 'contacted' ? 'brand' : 'gray'}
          title={client.contacted_at ? formats.dateTime(client.contacted_at) : undefined}
        >
          {t(`floor.states.${client.state}`)}
        </Badge>
        {client.outcome && <span className={list.sub}>{t(`floor.outcomes.${client.outcome}`)}</span>}
      </Table.Td>
      <Table.Td data-label={t('floor.seller')} data-empty={!seller || undefined}>
        {seller ? (
          <span className={list.owner}>
            <PersonAvatar person={{ id: seller.id, full_name: seller.name }} size={22} label="" />
            {seller.name}
          </span>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td data-label={t('floor.spent')} className={list.figure}>
        <span>
          {formats.money(client.total_spent)}
          <span className={list.sub}>{t('floor.orders', { count: client.order_count })}</span>
        </span>
      </Table.Td>
      <Table.Td className={own.menuCell}>
        {!client.contacted && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('floor.chipMenu', { name: client.name })}
            aria-haspopup="menu"
            onClick={(event) => floorUi.openMenu([client], event.currentTarget)}
          >
            <IconDots size={16} />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function None({ state, show }: Pick<FilterProps, 'state' | 'show'>) {
  const { t } = useTranslation();
  return (
    <NoRows
      beyond={state.page > 1}
      onFirstPage={() => show({ page: 1 })}
      filtered={isFiltered(state)}
      noMatch={{ title: t('floor.noMatchTitle'), hint: t('floor.noMatchHint') }}
      none={
        <EmptyState
          title={t('floor.noClientsTitle')}
          hint={t('floor.noClientsHint')}
          action={
            <Button component={Link} to="/contacts">
              {t('floor.toContacts')}
            </Button>
          }
        />
      }
    />
  );
}
