import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Asked, fakeServer, giveRoom, show } from '@/testing/screen';
import { client, listOf, seller } from '../testing';
import { AllClients } from './all-clients';
import { Performance } from './performance';
import { Rules } from './rules';

const RULES = {
  from_days: 30,
  to_days: 60,
  periods: [30, 45, 60, 90],
  method: 'round_robin',
  capacity: null,
  keep_last_seller: false,
  cycle: 2,
  cycle_began_at: '2026-11-01T03:00:00Z',
};
const days = (contacted: readonly number[]) =>
  Array.from({ length: 30 }, (_, index) => ({
    date: `2026-11-${String(index + 1).padStart(2, '0')}`,
    contacted: contacted[index - 27] ?? 0,
  }));

let asked: Asked[];
let queries: string[];

beforeEach(() => {
  queries = [];
  const stats = { is_online: true, assigned: 5, contacted: 2, pending: 3, contacted_today: 1 };
  giveRoom();
  asked = fakeServer({
    'GET /sellers': () =>
      listOf([seller('vera', { name: 'Vera Lima' }), seller('vitor', { name: 'Vitor Reis' })]),
    'GET /distribution/settings': () => ({ json: RULES }),
    'PUT /distribution/settings': () => ({ json: RULES }),
    'PATCH /sellers/vera': () => ({ json: seller('vera') }),
    'GET /distribution/clients': ({ query }) => {
      queries.push(String(query));
      const done = { ...client('b', 95, 'vera'), contacted: true, state: 'contacted', outcome: 'sold' };
      return listOf(query.has('state') ? [done] : [done, client('a', 40)]);
    },
    'GET /distribution/stats': () => ({
      json: {
        clients: 9,
        available: 4,
        assigned: 3,
        contacted: 2,
        active: 1,
        inactive: 1,
        sellers_online: 0,
        cycle: 2,
        cycle_began_at: RULES.cycle_began_at,
        periods: [{ period: '30-45', clients: 6 }],
        sellers: [
          { id: 'vera', name: 'Vera Lima', ...stats, by_day: days([9, 0, 1]) },
          { id: 'vitor', name: 'Vitor Reis', ...stats, by_day: days([0, 0, 4]) },
        ],
        by_day: days([9, 0, 5]),
      },
    }),
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

it('the list says of each client how they stand and with whom', async () => {
  await show(<AllClients />, 'floor');
  const row = (await screen.findByText('Cliente b')).closest('tr') as HTMLElement;
  for (const text of ['95 d', 'Contatado', 'Vendeu', 'vera'])
    expect(within(row).getByText(text)).toBeTruthy();
  expect(row.querySelector('button')).toBeNull();
  expect(screen.getByText('Cliente a').closest('tr')?.querySelector('button')).toBeTruthy();
  expect(screen.getByText('2 clientes')).toBeTruthy();
});

it('the list asks the server for what the address says', async () => {
  history.replaceState(null, '', '/floor/clients?state=contacted&period=90%2B');
  await show(<AllClients />, 'floor');
  await screen.findByText('1 cliente');
  expect(queries.at(-1)).toBe('page=1&per_page=50&state=contacted&period=90%2B');
});

it('the figures count only the days that were chosen', async () => {
  await show(<Performance />, 'floor');
  const figure = (name: string) => screen.getByText(name, { selector: 'dt' }).nextSibling?.textContent;
  await screen.findByText('Contatados', { selector: 'dt' });
  const names = () =>
    within(screen.getByRole('region', { name: 'Por vendedor' }))
      .getAllByRole('link')
      .map((link) => link.textContent);
  expect([figure('Contatados'), names()]).toEqual(['147 dias', ['Vera Lima', 'Vitor Reis']]);
  fireEvent.click(screen.getByRole('radio', { name: 'Hoje' }));
  await waitFor(() => expect(figure('Contatados')).toBe('5Hoje'));
  expect(names()).toEqual(['Vitor Reis', 'Vera Lima']);
});

it('the rules are checked before they are sent, and of the sellers only what changed goes along', async () => {
  const close = vi.fn();
  await show(<Rules opened onClose={close} />, 'floor');
  const to = await screen.findByRole('textbox', { name: 'Até (dias)' });
  fireEvent.change(to, { target: { value: '20' } });
  fireEvent.click(screen.getByRole('button', { name: 'Salvar' }));
  await screen.findByText('Não pode ser menos que o começo.');
  expect(asked.some(({ method }) => method !== 'GET')).toBe(false);
  fireEvent.change(to, { target: { value: '75' } });
  fireEvent.click(screen.getByRole('radio', { name: 'Por peso' }));
  fireEvent.change(screen.getByRole('textbox', { name: 'Peso de Vera Lima' }), { target: { value: '3' } });
  fireEvent.click(screen.getByRole('button', { name: 'Salvar' }));
  await waitFor(() => expect(close).toHaveBeenCalled());
  const { cycle: _cycle, cycle_began_at: _began, ...sent } = RULES;
  const told = asked.filter(({ method }) => method !== 'GET');
  expect(told.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['PATCH', '/sellers/vera', { weight: 3 }],
    ['PUT', '/distribution/settings', { ...sent, to_days: 75, method: 'weighted' }],
  ]);
});
