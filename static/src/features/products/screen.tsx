import { ActionIcon, Badge, Button, Menu, Select, Table, UnstyledButton } from '@mantine/core';
import { IconDots, IconEye, IconEyeOff, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMayI } from '@/api/queries';
import type { Product } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { EmptyState } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { ListBody, ListTable, NoRows, Nothing, Pages, SearchField, SortHeading } from '@/ui/list';
import list from '@/ui/list.module.css';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { ProductsNav } from '@/ui/products-nav';
import { PER_PAGE, useProduct, useProductList, useUpdateProduct } from './api';
import { DeleteProduct } from './delete-product';
import {
  isFiltered,
  type ListState,
  readState,
  resorted,
  SORT_FIELDS,
  type SortField,
  STANDINGS,
  writeState,
} from './list-state';
import { ProductForm } from './product-form';

export default function ProductsScreen() {
  const { t } = useTranslation();
  const mayManage = useMayI('contacts.manage');
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readState(params), [params]);
  const products = useProductList(state);
  const total = products.data?.total;
  const [deleting, setDeleting] = useState<Product | null>(null);

  // What is typed makes no steps for the browser's way back.
  const show = (change: Partial<ListState>) =>
    setParams(writeState(state, change), { replace: 'search' in change });
  const create = useMemo(() => () => setParams({ new: '' }), [setParams]);
  const edit = ({ id }: Product) => {
    const next = writeState(state, { page: state.page });
    next.set('edit', id);
    setParams(next);
  };

  const commands = useMemo<Command[]>(() => {
    const group = t('palette.actions');
    return mayManage ? [{ id: 'new-product', group, label: t('products.new'), run: create }] : [];
  }, [mayManage, t, create]);
  useCommands('products', commands);
  useShortcuts(
    t('products.title'),
    mayManage ? [{ keys: 'N', key: 'n', label: t('products.new'), run: create }] : [],
  );

  return (
    <Page
      title={t('products.title')}
      count={total === undefined ? undefined : t('products.count', { count: total })}
      actions={
        mayManage && (
          <Button leftSection={<IconPlus size={16} />} onClick={create}>
            {t('products.new')}
          </Button>
        )
      }
      toolbar={<Filters state={state} show={show} />}
    >
      <ListBody
        query={products}
        empty={<NoProducts state={state} show={show} onNew={mayManage ? create : undefined} />}
      >
        {(items, total) => (
          <>
            <ProductTable
              products={items}
              state={state}
              onSort={(field) => show({ sort: resorted(state.sort, field) })}
              stale={products.isPlaceholderData}
              onEdit={mayManage ? edit : undefined}
              onDelete={setDeleting}
            />
            <Pages page={state.page} perPage={PER_PAGE} total={total} onPage={(page) => show({ page })} />
          </>
        )}
      </ListBody>
      {mayManage && <EditedProduct state={state} />}
      <DeleteProduct product={deleting} onClose={() => setDeleting(null)} />
    </Page>
  );
}

/** The form of the product that the address names, or of a new one. */
function EditedProduct({ state }: { state: ListState }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const id = params.get('edit');
  const product = useProduct(id).data ?? null;
  const close = () => setParams(writeState(state, { page: state.page }), { replace: true });
  return (
    <ProductForm
      opened={params.has('new') || (id !== null && product !== null)}
      product={id === null ? null : product}
      onClose={close}
      onSaved={(saved) => {
        notify.done(id === null ? t('products.created', { name: saved.name }) : t('common.saved'));
        close();
      }}
    />
  );
}

interface FilterProps {
  state: ListState;
  show(change: Partial<ListState>): void;
}

function Filters({ state, show }: FilterProps) {
  const { t } = useTranslation();
  return (
    <>
      <ProductsNav />
      <SearchField
        label={t('products.search')}
        sought={state.search}
        onSearch={(search) => show({ search })}
      />
      <Select
        w={190}
        className={list.filter}
        aria-label={t('products.standing')}
        placeholder={t('products.anyStanding')}
        data={STANDINGS.map((value) => ({ value, label: t(`products.standings.${value}`) }))}
        value={state.standing}
        onChange={(value) => show({ standing: STANDINGS.find((known) => known === value) ?? null })}
        clearable
      />
      <Select
        w={160}
        className={`${list.filter} ${list.phoneOnly}`}
        aria-label={t('common.sortBy')}
        data={SORT_FIELDS.map((field) => ({ value: field, label: t(`products.sort.${field}`) }))}
        value={state.sort.field}
        allowDeselect={false}
        onChange={(value) => {
          const field = SORT_FIELDS.find((known) => known === value);
          if (field) show({ sort: resorted(state.sort, field) });
        }}
      />
      {isFiltered(state) && (
        <Button variant="subtle" size="compact-sm" onClick={() => show({ search: '', standing: null })}>
          {t('common.clearFilters')}
        </Button>
      )}
    </>
  );
}

interface TableProps {
  products: Product[];
  state: ListState;
  stale: boolean;
  onSort(field: SortField): void;
  onEdit: ((product: Product) => void) | undefined;
  onDelete(product: Product): void;
}

function ProductTable({ products, state, stale, onSort, onEdit, onDelete }: TableProps) {
  const { t } = useTranslation();
  const heading = (field: SortField, figure = false) => (
    <SortHeading
      field={field}
      label={t(`products.sort.${field}`)}
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
          {heading('name')}
          {heading('sku')}
          <Table.Th>{t('products.standing')}</Table.Th>
          {heading('price', true)}
          {heading('created_at')}
          {onEdit && <Table.Th aria-label={t('common.more')} w={52} />}
        </>
      }
    >
      {products.map((product) => (
        <Row key={product.id} product={product} onEdit={onEdit} onDelete={onDelete} />
      ))}
    </ListTable>
  );
}

interface RowProps {
  product: Product;
  onEdit: TableProps['onEdit'];
  onDelete: TableProps['onDelete'];
}

function Row({ product, onEdit, onDelete }: RowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { name, sku, price, description, is_active, created_at } = product;
  return (
    <Table.Tr>
      <Table.Td className={list.nameCell}>
        {onEdit ? (
          <UnstyledButton className={list.name} onClick={() => onEdit(product)}>
            {name}
          </UnstyledButton>
        ) : (
          <span className={list.name}>{name}</span>
        )}
        <span className={list.sub}>{description}</span>
      </Table.Td>
      <Table.Td data-label={t('products.sku')} data-empty={!sku || undefined}>
        {sku ?? <Nothing />}
      </Table.Td>
      <Table.Td data-label={t('products.standing')}>
        <Badge variant="light" color={is_active ? 'brand' : 'gray'} tt="none">
          {t(`products.standings.${is_active ? 'active' : 'inactive'}`)}
        </Badge>
      </Table.Td>
      <Table.Td
        data-label={t('products.price')}
        data-empty={price === null || undefined}
        className={list.figure}
      >
        {price === null ? <Nothing /> : formats.money(price)}
      </Table.Td>
      <Table.Td data-label={t('products.sort.created_at')}>
        <span title={formats.dateTime(created_at)}>{formats.date(created_at)}</span>
      </Table.Td>
      {onEdit && (
        <Table.Td data-label={t('common.more')}>
          <Actions product={product} onEdit={() => onEdit(product)} onDelete={() => onDelete(product)} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Actions({ product, onEdit, onDelete }: { product: Product; onEdit(): void; onDelete(): void }) {
  const { t } = useTranslation();
  const update = useUpdateProduct();
  const { id, name, is_active } = product;
  const toggle = (active: boolean) =>
    update.mutate(
      { id, fields: { is_active: active } },
      {
        onSuccess: () =>
          notify.done(t(active ? 'products.activated' : 'products.deactivated', { name }), {
            label: t('products.undo'),
            run: () => toggle(!active),
          }),
        onError: (error) => notify.failed(name, describeError(error, t)),
      },
    );
  const Eye = is_active ? IconEyeOff : IconEye;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('products.options', { name })}
          loading={update.isPending}
        >
          <IconDots size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t('common.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<Eye size={16} />} onClick={() => toggle(!is_active)}>
          {t(is_active ? 'products.deactivate' : 'products.activate')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
          {t('common.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function NoProducts({ state, show, onNew }: FilterProps & { onNew?: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <NoRows
      beyond={state.page > 1}
      onFirstPage={() => show({ page: 1 })}
      filtered={isFiltered(state)}
      noMatch={{ title: t('products.noMatchTitle'), hint: t('products.noMatchHint') }}
      none={
        <EmptyState
          title={t('products.emptyTitle')}
          hint={t('products.emptyHint')}
          action={onNew && <Button onClick={onNew}>{t('products.emptyAction')}</Button>}
        />
      }
    />
  );
}
