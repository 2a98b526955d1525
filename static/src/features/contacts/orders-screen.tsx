import { Button, Select, Table, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useProducts } from '@/api/products';
import type { Order } from '@/api/types';
import { EmptyState } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { Filters, ListBody, ListTable, NoRows, Nothing, Pages, SearchField, SortHeading } from '@/ui/list';
import list from '@/ui/list.module.css';
import { Page } from '@/ui/page';
import { ProductsNav } from '@/ui/products-nav';
import { PER_PAGE, useContactNames, useLiveContacts, useOrders } from './api';
import {
  ALL_ORDERS,
  isFiltered,
  type OrdersState,
  readOrders,
  resortedOrders,
  SORT_FIELDS,
  type SortField,
  writeOrders,
} from './orders-state';

/** Everything that was bought, whoever bought it. An order is written where its contact is. */
export default function OrdersScreen() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readOrders(params), [params]);
  useLiveContacts();
  const orders = useOrders(state);
  const total = orders.data?.total;
  // What is typed makes no steps for the browser's way back.
  const show = (change: Partial<OrdersState>) =>
    setParams(writeOrders(state, change), { replace: 'search' in change });
  return (
    <Page
      title={t('contacts.orders.title')}
      count={total === undefined ? undefined : t('contacts.orders.count', { count: total })}
      toolbar={<Toolbar state={state} show={show} />}
    >
      <ListBody query={orders} empty={<NoOrders state={state} show={show} />}>
        {(items, total) => (
          <>
            <OrderTable
              orders={items}
              state={state}
              stale={orders.isPlaceholderData}
              onSort={(field) => show({ sort: resortedOrders(state.sort, field) })}
            />
            <Pages page={state.page} perPage={PER_PAGE} total={total} onPage={(page) => show({ page })} />
          </>
        )}
      </ListBody>
    </Page>
  );
}

interface FilterProps {
  state: OrdersState;
  show(change: Partial<OrdersState>): void;
}

function Toolbar({ state, show }: FilterProps) {
  const { t } = useTranslation();
  const products = useProducts();
  return (
    <>
      <ProductsNav />
      <SearchField
        label={t('contacts.orders.search')}
        sought={state.search}
        onSearch={(search) => show({ search })}
      />
      <Select
        w={160}
        className={`${list.filter} ${list.phoneOnly}`}
        aria-label={t('common.sortBy')}
        data={SORT_FIELDS.map((field) => ({ value: field, label: t(`contacts.orders.sort.${field}`) }))}
        value={state.sort.field}
        allowDeselect={false}
        onChange={(value) => {
          const field = SORT_FIELDS.find((known) => known === value);
          if (field) show({ sort: resortedOrders(state.sort, field) });
        }}
      />
      <Filters inUse={isFiltered(state)}>
        <Select
          w={220}
          className={list.filter}
          aria-label={t('contacts.orders.product')}
          placeholder={t('contacts.orders.anyProduct')}
          data={[...products.values()].map(({ id, name }) => ({ value: id, label: name }))}
          value={state.product}
          onChange={(product) => show({ product })}
          searchable
          clearable
        />
        <TextInput
          type="date"
          className={list.filter}
          aria-label={t('contacts.orders.from')}
          leftSection={t('contacts.orders.from')}
          leftSectionWidth={42}
          value={state.from ?? ''}
          max={state.to ?? undefined}
          onChange={(event) => show({ from: event.currentTarget.value || null })}
        />
        <TextInput
          type="date"
          className={list.filter}
          aria-label={t('contacts.orders.to')}
          leftSection={t('contacts.orders.to')}
          leftSectionWidth={42}
          value={state.to ?? ''}
          min={state.from ?? undefined}
          onChange={(event) => show({ to: event.currentTarget.value || null })}
        />
      </Filters>
      {isFiltered(state) && (
        <Button variant="subtle" size="compact-sm" onClick={() => show(ALL_ORDERS)}>
          {t('common.clearFilters')}
        </Button>
      )}
    </>
  );
}

interface TableProps {
  orders: Order[];
  state: OrdersState;
  stale: boolean;
  onSort(field: SortField): void;
}

function OrderTable({ orders, state, stale, onSort }: TableProps) {
  const { t } = useTranslation();
  const products = useProducts();
  const names = useContactNames(orders.map(({ contact_id }) => contact_id));
  const heading = (field: SortField, figure = false) => (
    <SortHeading
      field={field}
      label={t(`contacts.orders.sort.${field}`)}
      sort={state.sort}
      figure={figure}
      onSort={onSort}
    />
  );
  return (
    <ListTable
      stale={stale}
      head={
        <>
          <Table.Th>{t('contacts.one')}</Table.Th>
          <Table.Th>{t('contacts.orders.product')}</Table.Th>
          <Table.Th>{t('contacts.orders.number')}</Table.Th>
          {heading('ordered_at')}
          {heading('value', true)}
        </>
      }
    >
      {orders.map((order) => (
        <Row
          key={order.id}
          order={order}
          contact={names.get(order.contact_id)}
          product={products.get(order.product_id ?? '')?.name}
        />
      ))}
    </ListTable>
  );
}

function Row(props: { order: Order; contact: string | undefined; product: string | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { order, contact, product } = props;
  return (
    <Table.Tr>
      <Table.Td className={list.nameCell}>
        <Link to={`/contacts/${order.contact_id}`} className={list.name}>
          {contact ?? '…'}
        </Link>
      </Table.Td>
      <Table.Td data-label={t('contacts.orders.product')} data-empty={!product || undefined}>
        {product ?? <Nothing />}
      </Table.Td>
      <Table.Td data-label={t('contacts.orders.number')} data-empty={!order.number || undefined}>
        {order.number ?? <Nothing />}
      </Table.Td>
      <Table.Td data-label={t('contacts.orders.date')}>
        <span title={formats.dateTime(order.ordered_at)}>{formats.date(order.ordered_at)}</span>
      </Table.Td>
      <Table.Td data-label={t('contacts.orders.value')} className={list.figure}>
        {formats.money(order.value)}
      </Table.Td>
    </Table.Tr>
  );
}

function NoOrders({ state, show }: FilterProps) {
  const { t } = useTranslation();
  return (
    <NoRows
      beyond={state.page > 1}
      onFirstPage={() => show({ page: 1 })}
      filtered={isFiltered(state)}
      noMatch={{ title: t('contacts.orders.noMatchTitle'), hint: t('contacts.orders.noMatchHint') }}
      none={
        <EmptyState
          title={t('contacts.orders.emptyTitle')}
          hint={t('contacts.orders.emptyHint')}
          action={
            <Button component={Link} to="/contacts">
              {t('contacts.all')}
            </Button>
          }
        />
      }
    />
  );
}
