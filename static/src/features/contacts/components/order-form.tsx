import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/pt-br';
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { DateInput, DatesProvider } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useProducts } from '@/api/products';
import type { Order } from '@/api/types';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import { MoneyInput } from '@/ui/money-input';
import { type OrderFields, useCreateOrder, useUpdateOrder } from '../api';
import { toDay, today } from '../days';

interface Props {
  opened: boolean;
  contactId: string;
  /** The order to edit; without it a new one is made. */
  order: Order | null;
  onClose(): void;
  onSaved(): void;
}

export default function OrderForm({ opened, onClose, order, ...rest }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t(order ? 'contacts.orders.edit' : 'contacts.orders.new')}
      size={440}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <DatesProvider settings={{ locale: i18n.language === 'pt-BR' ? 'pt-br' : 'en' }}>
        <Fields order={order} onClose={onClose} {...rest} />
      </DatesProvider>
    </Modal>
  );
}

interface Values {
  product_id: string | null;
  value: string | null;
  ordered_at: string | null;
  number: string;
}

function Fields({ contactId, order, onClose, onSaved }: Omit<Props, 'opened'>) {
  const { t, i18n } = useTranslation();
  const products = useProducts();
  const create = useCreateOrder(contactId);
  const update = useUpdateOrder();
  const before: Values = {
    product_id: order?.product_id ?? null,
    value: order?.value ?? null,
    ordered_at: order ? toDay(order.ordered_at) : today(),
    number: order?.number ?? '',
  };
  const form = useForm<Values>({
    initialValues: before,
    validate: {
      value: (value) => (value === null ? t('validation.required') : null),
      ordered_at: (value) => {
        if (value === null) return t('validation.required');
        return value > today() ? t('contacts.orders.future') : null;
      },
    },
  });
  const choices = [...products.values()]
    .filter(({ id, is_active }) => is_active || id === order?.product_id)
    .map(({ id, name, sku }) => ({ value: id, label: sku ? `${name} · ${sku}` : name }));

  const submit = form.onSubmit(({ product_id, value, ordered_at, number }) => {
    const onError = (problem: unknown) => form.setErrors(fieldErrors(problem, t));
    const callbacks = { onSuccess: onSaved, onError };
    if (value === null || ordered_at === null) return;
    const fields: OrderFields = { product_id, value, ordered_at, number: number.trim() || null };
    if (!order) return create.mutate(fields, callbacks);
    // The day as it is shown: unless it was changed, its time of day stays.
    const { ordered_at: day, ...others } = fields;
    update.mutate({ id: order.id, fields: day === before.ordered_at ? others : fields }, callbacks);
  });

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label={t('contacts.orders.product')}
          placeholder={t('contacts.orders.noProduct')}
          data={choices}
          searchable
          clearable
          {...form.getInputProps('product_id')}
          onChange={(id) => {
            form.setFieldValue('product_id', id);
            const price = products.get(id ?? '')?.price;
            if (price && form.values.value === null) form.setFieldValue('value', price);
          }}
        />
        <MoneyInput
          data-autofocus
          label={t('contacts.orders.value')}
          placeholder="R$ 0,00"
          required
          value={form.values.value}
          onChange={(value) => form.setFieldValue('value', value)}
          error={form.errors.value}
        />
        <DateInput
          label={t('contacts.orders.date')}
          required
          valueFormat={i18n.language === 'pt-BR' ? 'DD/MM/YYYY' : 'MM/DD/YYYY'}
          maxDate={today()}
          {...form.getInputProps('ordered_at')}
        />
        <TextInput
          label={t('contacts.orders.number')}
          description={t('contacts.orders.numberHint')}
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('number')}
        />
        <FormError error={create.error ?? update.error} />
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending || update.isPending}>
            {t(order ? 'common.save' : 'contacts.orders.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
