import { Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Product } from '@/api/types';
import { fieldErrors } from '@/ui/errors';
import { DrawerForm, FormDrawer, Pair } from '@/ui/form-drawer';
import { MoneyInput } from '@/ui/money-input';
import { type ProductFields, useCreateProduct, useUpdateProduct } from './api';

interface Props {
  opened: boolean;
  /** The product to edit; without it a new one is made. */
  product: Product | null;
  onClose(): void;
  onSaved(product: Product): void;
}

export function ProductForm({ opened, product, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  return (
    <FormDrawer
      opened={opened}
      onClose={onClose}
      title={product ? t('products.editTitle', { name: product.name }) : t('products.new')}
    >
      <Fields key={product?.id} product={product} onClose={onClose} onSaved={onSaved} />
    </FormDrawer>
  );
}

interface Values {
  name: string;
  sku: string;
  price: string | null;
  description: string;
  is_active: boolean;
}

function toFields(values: Values): ProductFields {
  return {
    name: values.name.trim(),
    sku: values.sku.trim() || null,
    price: values.price,
    description: values.description.trim() || null,
    is_active: values.is_active,
  };
}

function Fields({ product, onClose, onSaved }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const create = useCreateProduct();
  const update = useUpdateProduct();
  const form = useForm<Values>({
    initialValues: {
      name: product?.name ?? '',
      sku: product?.sku ?? '',
      price: product?.price ?? null,
      description: product?.description ?? '',
      is_active: product?.is_active ?? true,
    },
    validateInputOnBlur: true,
    validate: { name: (value) => (value.trim() ? null : t('validation.required')) },
  });
  const submit = form.onSubmit((values) => {
    const fields = toFields(values);
    const callbacks = {
      onSuccess: onSaved,
      onError: (problem: unknown) => form.setErrors(fieldErrors(problem, t)),
    };
    if (!product) return create.mutate(fields, callbacks);
    const names = Object.keys(fields) as (keyof ProductFields)[];
    // Only what was changed is sent, so that what others change meanwhile stays.
    const changed = names.filter((name) => fields[name] !== product[name]);
    const sent = Object.fromEntries(changed.map((name) => [name, fields[name]]));
    update.mutate({ id: product.id, fields: sent }, callbacks);
  });
  return (
    <DrawerForm
      exists={product !== null}
      busy={create.isPending || update.isPending}
      disabled={product !== null && !form.isDirty()}
      error={create.error ?? update.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        required
        label={t('products.name')}
        placeholder={t('products.namePlaceholder')}
        maxLength={200}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Pair>
        <MoneyInput
          label={t('products.price')}
          placeholder="R$ 0,00"
          value={form.values.price}
          onChange={(price) => form.setFieldValue('price', price)}
          error={form.errors.price}
        />
        <TextInput
          label={t('products.sku')}
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('sku')}
        />
      </Pair>
      <Textarea
        label={t('products.description')}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={10_000}
        {...form.getInputProps('description')}
      />
      <Switch
        label={t('products.isActive')}
        description={t('products.isActiveHint')}
        {...form.getInputProps('is_active', { type: 'checkbox' })}
      />
    </DrawerForm>
  );
}
