import { ActionIcon, Badge, Button, Pagination, Select, Skeleton, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconDots, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { LIST_PAGE, useClients, useRules, useSellers } from '../api';
import { isFiltered, type ListState, readState, writeState } from '../list-state';
import { periodName, periodsOf, USUAL_BOUNDS } from '../periods';
import { formatPhone } from '../phone';
import { floorUi } from '../store';
import { type Client, type ClientState, type Seller, STATES } from '../types';
import { useMover } from '../use-mover';
import { Days } from './client-chip';
import { ClientMenu } from './client-menu';
import classes from './floor.module.css';
import list from './list.module.css';

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
  const total = clients.data?.total ?? 0;
  const last = Math.max(1, Math.ceil(total / LIST_PAGE));
  useEffect(() => floorUi.reset, []);

  return (
    <div className={classes.page}>
      <Filters state={state} sellers={sellers} show={show} total={clients.data && total} />
      {clients.isLoadingError ? (
        <LoadError error={clients.error} retry={() => void clients.refetch()} />
      ) : clients.isPending ? (
        <Delayed>
          <Skeleton height={420} radius="md" />
        </Delayed>
      ) : clients.data.items.length === 0 ? (
        <None state={state} show={show} />
      ) : (
        <>
          <div className={list.frame} data-stale={clients.isPlaceholderData || undefined}>
            <Table className={list.table} highlightOnHover verticalSpacing={6} horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('floor.client')}</Table.Th>
                  <Table.Th>{t('floor.days')}</Table.Th>
                  <Table.Th>{t('floor.state')}</Table.Th>
                  <Table.Th>{t('floor.seller')}</Table.Th>
                  <Table.Th className={list.figure}>{t('floor.spent')}</Table.Th>
                  <Table.Th>
                    <span className="visually-hidden">{t('common.more')}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {clients.data.items.map((client) => (
                  <Row key={client.id} client={client} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
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
  const [text, setText] = useState(state.search);
  const send = useDebouncedCallback((search: string) => show({ search }), 250);
  return (
    <div className={list.filters}>
      <TextInput
        className={classes.search}
        type="search"
        aria-label={t('floor.search')}
        placeholder={t('floor.search')}
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          send(event.currentTarget.value);
        }}
      />
      <Select
        className={list.select}
        aria-label={t('floor.state')}
        placeholder={t('floor.anyState')}
        data={STATES.map((value) => ({ value, label: t(`floor.states.${value}`) }))}
        value={state.state}
        onChange={(value) => show({ state: value as ClientState | null })}
        clearable
      />
      <Select
        className={list.select}
        aria-label={t('floor.seller')}
        placeholder={t('floor.anySeller')}
        data={sellers.map(({ id, name }) => ({ value: id, label: name }))}
        value={state.seller}
        onChange={(seller) => show({ seller })}
        searchable
        clearable
      />
      <Select
        className={list.select}
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
          onClick={() => {
            setText('');
            show({ search: '', state: null, seller: null, period: null });
          }}
        >
          {t('floor.clearFilters')}
        </Button>
      )}
      {total !== undefined && (
        <span className={`${list.total} tabular`} role="status">
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
          '—'
        )}
      </Table.Td>
      <Table.Td data-label={t('floor.spent')} className={list.figure}>
        <span>
          {formats.money(client.total_spent)}
          <span className={list.sub}>{t('floor.orders', { count: client.order_count })}</span>
        </span>
      </Table.Td>
      <Table.Td className={list.menuCell}>
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
  if (state.page > 1) {
    return (
      <EmptyState
        title={t('floor.pageGone')}
        action={<Button onClick={() => show({ page: 1 })}>{t('floor.firstPage')}</Button>}
      />
    );
  }
  if (isFiltered(state)) {
    return <EmptyState title={t('floor.noMatchTitle')} hint={t('floor.noMatchHint')} />;
  }
  return (
    <EmptyState
      title={t('floor.noClientsTitle')}
      hint={t('floor.noClientsHint')}
      action={
        <Button component={Link} to="/contacts">
          {t('floor.toContacts')}
        </Button>
      }
    />
  );
}
