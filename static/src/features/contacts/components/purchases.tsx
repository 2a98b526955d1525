import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProducts } from '@/api/products';
import { useMayI } from '@/api/queries';
import type { Contact, Order } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { PagedRows, Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import list from '@/ui/list.module.css';
import { notify } from '@/ui/notify';
import { useContactOrders, useDeleteOrder } from '../api';
import classes from './contacts.module.css';
import { Recency } from './recency';

// The calendar is for whoever writes an order.
const OrderForm = lazy(() => import('./order-form'));

/** What the contact bought, summed up and one by one. */
export function Purchases({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const mayWrite = useMayI('contacts.write');
  const orders = useContactOrders(contact.id);
  const products = useProducts();
  const [writing, setWriting] = useState<Order | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Order | null>(null);
  const close = () => setWriting(null);
  return (
    <Section
      title={t('contacts.purchases')}
      action={
        mayWrite && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => setWriting('new')}
          >
            {t('contacts.orders.add')}
          </Button>
        )
      }
    >
      {contact.order_count > 0 && <Sums contact={contact} />}
      <PagedRows query={orders} empty={t('contacts.noPurchases')}>
        {(order) => (
          <OrderRow
            key={order.id}
            order={order}
            product={order.product_id ? products.get(order.product_id)?.name : undefined}
            onEdit={mayWrite ? () => setWriting(order) : undefined}
            onDelete={() => setDeleting(order)}
          />
        )}
      </PagedRows>
      {writing && (
        <Suspense>
          <OrderForm
            opened
            contactId={contact.id}
            order={writing === 'new' ? null : writing}
            onClose={close}
            onSaved={() => {
              notify.done(t(writing === 'new' ? 'contacts.orders.added' : 'common.saved'));
              close();
            }}
          />
        </Suspense>
      )}
      <DeleteOrder order={deleting} onClose={() => setDeleting(null)} />
    </Section>
  );
}

function Sums({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { last_purchase_at: last, total_spent, order_count } = contact;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{t('contacts.sort.last_purchase_at')}</dt>
        <dd>
          {last ? formats.dateShort(last) : '—'}
          {last && (
            <small>
              <Recency at={last} />
            </small>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('contacts.sort.total_spent')}</dt>
        <dd>{formats.moneyShort(total_spent)}</dd>
      </div>
      <div>
        <dt>{t('contacts.sort.order_count')}</dt>
        <dd>{formats.number(order_count)}</dd>
      </div>
    </dl>
  );
}

interface OrderRowProps {
  order: Order;
  product: string | undefined;
  onEdit: (() => void) | undefined;
  onDelete(): void;
}

function OrderRow({ order, product, onEdit, onDelete }: OrderRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const name = product ?? t('contacts.orders.someProduct');
  return (
    <li>
      <span className={classes.grow}>
        {product ?? (
          <Text span c="dimmed" size="sm">
            {name}
          </Text>
        )}
        {order.number && (
          <span className={list.sub}>{t('contacts.orders.numbered', { number: order.number })}</span>
        )}
      </span>
      <span className={details.rowFacts}>
        <span title={formats.dateTime(order.ordered_at)}>{formats.date(order.ordered_at)}</span>
        <span className="tabular">{formats.money(order.value)}</span>
        {onEdit && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('contacts.orders.options', {
                  what: name,
                  when: formats.date(order.ordered_at),
                })}
              >
                <IconDots size={17} stroke={1.7} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
                {t('common.edit')}
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
                {t('common.delete')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </span>
    </li>
  );
}

function DeleteOrder({ order, onClose }: { order: Order | null; onClose(): void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const remove = useDeleteOrder();
  const close = () => {
    remove.reset();
    onClose();
  };
  const onDeleted = () => {
    notify.done(t('contacts.orders.deleted'));
    close();
  };
  return (
    <ConfirmDialog
      opened={order !== null}
      title={t('contacts.orders.deleteTitle')}
      confirm={t('common.delete')}
      busy={remove.isPending}
      error={remove.isError ? describeError(remove.error, t) : null}
      onClose={close}
      onConfirm={() => order && remove.mutate(order.id, { onSuccess: onDeleted })}
    >
      {order && (
        <Text size="md">
          {t('contacts.orders.deleteHint', {
            value: formats.money(order.value),
            when: formats.date(order.ordered_at),
          })}
        </Text>
      )}
    </ConfirmDialog>
  );
}
