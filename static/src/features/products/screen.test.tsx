import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import ProductsScreen from './screen';

// Many fields take long to draw where browsers are imitated and others are at work, too.
vi.setConfig({ testTimeout: 30_000 });
afterEach(cleanup);

const cement = {
  id: '1',
  name: 'Cimento',
  sku: 'CIM-50',
  price: '39.90',
  description: null,
  is_active: true,
  created_at: '2026-11-01T12:00:00Z',
  updated_at: '2026-11-01T12:00:00Z',
};
const list = () => ({ json: { items: [cement], total: 1, page: 1, per_page: 25 } });

it('lets whoever may take a product off sale, and changes nothing else of it', async () => {
  const asked = fakeServer({
    'GET /auth/me': () => ({ json: { id: 'ana', permissions: ['contacts.read', 'contacts.manage'] } }),
    'GET /products': list,
    'PATCH /products/1': () => ({ json: { ...cement, is_active: false } }),
  });
  await show(<ProductsScreen />, 'products');
  fireEvent.click(await screen.findByRole('button', { name: 'Opções de Cimento' }));
  fireEvent.click(await screen.findByText('Tirar de venda'));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ is_active: false }),
  );
});

it('offers no change to whoever may only look', async () => {
  fakeServer({
    'GET /auth/me': () => ({ json: { id: 'vera', permissions: ['contacts.read'] } }),
    'GET /products': list,
  });
  await show(<ProductsScreen />, 'products');
  expect(await screen.findByText('Cimento')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Opções de Cimento' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Novo produto' })).toBeNull();
});
