import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Product } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { useDeleteProduct, useOrdersOf } from './api';

/** Says first what would no longer tell of what it is. */
export function DeleteProduct({ product, onClose }: { product: Product | null; onClose(): void }) {
  const { t } = useTranslation();
  const orders = useOrdersOf(product?.id ?? null);
  const remove = useDeleteProduct();
  const problem = remove.error ?? orders.error;
  const close = () => {
    remove.reset();
    onClose();
  };
  const confirm = () => {
    if (!product) return;
    const onSuccess = () => {
      notify.done(t('products.deleted', { name: product.name }));
      close();
    };
    remove.mutate(product.id, { onSuccess });
  };
  return (
    <ConfirmDialog
      opened={product !== null}
      title={t('products.deleteTitle', { name: product?.name ?? '' })}
      confirm={t('common.delete')}
      busy={remove.isPending}
      disabled={orders.data === undefined || orders.isFetching}
      error={problem ? describeError(problem, t) : null}
      onClose={close}
      onConfirm={confirm}
    >
      {orders.data !== undefined && (
        <Text size="md">
          {orders.data > 0
            ? t('products.deleteOrders', { count: orders.data })
            : t('products.deleteNoOrders')}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {t('products.deleteForGood')}
      </Text>
    </ConfirmDialog>
  );
}
