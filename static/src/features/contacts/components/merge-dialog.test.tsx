import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import { contact } from '../testing';
import { MergeDialog } from './merge-dialog';

// Many fields take long to draw where browsers are imitated and others are at work, too.
vi.setConfig({ testTimeout: 30_000 });
afterEach(cleanup);

const marta = contact({ id: '1', name: 'Marta', email: 'm@a.br', order_count: 1, total_spent: '10.00' });
const other = contact({
  id: '2',
  name: 'Marta Reis',
  email: 'marta@a.br',
  phone: '+5511988887777',
  order_count: 2,
  total_spent: '5.50',
});

it('shows what comes of both before it happens, whichever is kept', async () => {
  const asked = fakeServer({
    'GET /auth/me': () => ({ json: { id: 'ana', permissions: ['contacts.read', 'contacts.manage'] } }),
    'GET /users': () => ({ json: { items: [], total: 0, page: 1, per_page: 100 } }),
    'GET /contacts/2': () => ({ json: other }),
    'GET /contacts': () => ({ json: { items: [], total: 0, page: 1, per_page: 8 } }),
    'POST /contacts/2/merge': () => ({ json: { ...other, order_count: 3 } }),
  });
  const onMerged = vi.fn();
  await show(
    <MergeDialog opened contact={marta} otherId="2" onClose={() => undefined} onMerged={onMerged} />,
    'contacts',
  );
  const preview = within(await screen.findByRole('region', { name: 'Como vai ficar' }));
  const lost = () => preview.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(preview.getByText('(11) 98888-7777')).toBeTruthy();
  expect(preview.getByText(/3 compras · R\$\s15,50/)).toBeTruthy();
  expect(lost()).toEqual(['Nome: Marta Reis', 'E-mail: marta@a.br']);

  fireEvent.click(screen.getByRole('radio', { name: /^Marta Reis/ }));
  expect(lost()).toEqual(['Nome: Marta', 'E-mail: m@a.br']);
  fireEvent.click(screen.getByRole('button', { name: 'Juntar' }));
  await waitFor(() => expect(onMerged).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ other_id: '1' });
});
