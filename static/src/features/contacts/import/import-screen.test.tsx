import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import ImportScreen from './import-screen';
import ImportJobScreen from './job-screen';

// Many fields take long to draw where browsers are imitated and others are at work, too.
vi.setConfig({ testTimeout: 30_000 });
afterEach(cleanup);
beforeEach(() => history.replaceState({}, '', '/'));

const ME = { id: 'ana', permissions: ['contacts.read', 'contacts.manage'] };

it('shows how a file will be understood, and does not send it without names', async () => {
  fakeServer({ 'GET /auth/me': () => ({ json: ME }) });
  await show(<ImportScreen />, 'contacts');
  const file = new File(['Quem;Celular;Cor\nMarta;(11) 98888-7777;azul\n;12;verde\n'], 'clientes.csv');
  fireEvent.change(
    await screen.findByLabelText('Escolher arquivo', { selector: 'input' }, { timeout: 5_000 }),
    {
      target: { files: [file] },
    },
  );
  const sample = within((await screen.findAllByRole('table'))[0] as HTMLElement);
  expect(sample.getByText('(11) 98888-7777')).toBeTruthy();
  expect(screen.getByText('2 colunas não serão usadas: Quem, Cor.')).toBeTruthy();
  const start = screen.getByRole<HTMLButtonElement>('button', { name: 'Importar' });
  expect(start.disabled).toBe(true);

  fireEvent.click(screen.getByRole('combobox', { name: /^Nome/ }));
  fireEvent.click(await screen.findByRole('option', { name: 'Quem' }));
  expect(sample.getByText('Marta')).toBeTruthy();
  expect(sample.getByText('Preencha este campo.')).toBeTruthy();
  expect(start.disabled).toBe(false);
});

it('follows an import until it is done, and tells what was rejected and why', async () => {
  const base = { id: 'i', filename: 'clientes.csv', created_at: '2026-11-22T12:00:00Z', errors: [] };
  let looks = 0;
  fakeServer({
    'GET /imports/i': () => {
      looks += 1;
      const running = {
        status: 'running',
        total: 300,
        processed: 100,
        created: 100,
        updated: 0,
        rejected: 0,
      };
      const errors = [{ row: 7, field: 'phone', code: 'invalid', message: 'no' }];
      const done = {
        status: 'done',
        total: 300,
        processed: 300,
        created: 298,
        updated: 1,
        rejected: 1,
        errors,
      };
      return {
        json:
          looks === 1
            ? { ...base, ...running, finished_at: null }
            : { ...base, ...done, finished_at: base.created_at },
      };
    },
  });
  history.replaceState({}, '', '/contacts/import/i');
  await show(
    <Routes>
      <Route path="/contacts/import/:importId" element={<ImportJobScreen />} />
    </Routes>,
    'contacts',
  );
  expect(await screen.findByRole('heading', { name: 'Importando' })).toBeTruthy();
  expect(await screen.findByRole('heading', { name: 'Concluída' }, { timeout: 4_000 })).toBeTruthy();
  const rejected = within(screen.getByRole('table'));
  expect(rejected.getByText('7')).toBeTruthy();
  expect(rejected.getByText('Telefone')).toBeTruthy();
  expect(rejected.getByText('Escreva um telefone com DDD, como (11) 98888-7777.')).toBeTruthy();
});
