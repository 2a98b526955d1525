import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Asked, fakeServer, giveRoom, show } from '@/testing/screen';
import { client, listOf, seller } from '../testing';
import { FloorBoard } from './floor-board';
import { Redistribute } from './redistribute';

let asked: Asked[];
let refuse = false;

beforeEach(() => {
  refuse = false;
  const all = [client('a', 59, 'vera'), client('b', 44, 'vera'), client('c', 50, 'vitor'), client('d', 33)];
  giveRoom();
  asked = fakeServer({
    'GET /sellers': () =>
      listOf([
        seller('vera', { name: 'Vera Lima', pending: 2, contacted: 2, clients: 4 }),
        seller('vitor', { name: 'Vitor Reis', pending: 1, clients: 1 }),
        seller('eva', { name: 'Eva Prado', is_online: false, contacted: 3, clients: 3 }),
      ]),
    'GET /distribution/settings': () => ({ json: { periods: [30, 45, 60, 90] } }),
    'GET /distribution/clients': ({ query }) => {
      const { seller_id, state } = Object.fromEntries(query);
      const here = all.filter((one) => one.state === state && (one.seller?.id ?? undefined) === seller_id);
      return listOf(here);
    },
    'POST /distribution/reallocate': ({ body }) => {
      if (refuse) return { status: 409, json: { status: 409, code: 'already_contacted' } };
      const { client_id, seller_id } = body as { client_id: string; seller_id: string };
      const moved = all.find(({ id }) => id === client_id);
      return { json: { ...moved, seller: { id: seller_id, name: seller_id }, state: 'assigned' } };
    },
    'GET /distribution/preview': () => ({
      json: {
        moved: 4,
        total: 8,
        sellers: [
          { id: 'vera', name: 'Vera Lima', is_online: true, before: 6, after: 4, gains: 1, loses: 3 },
          { id: 'vitor', name: 'Vitor Reis', is_online: true, before: 2, after: 4, gains: 2, loses: 0 },
        ],
      },
    }),
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const column = (name: string) => within(screen.getByRole('region', { name }));
const namesIn = (name: string) =>
  column(name)
    .queryAllByRole('article')
    .map((chip) => chip.getAttribute('aria-label'));

async function open() {
  await show(<FloorBoard />, 'floor');
  await screen.findByRole('article', { name: 'Cliente b' });
  expect(namesIn('Vera Lima')).toEqual(['Cliente a', 'Cliente b']);
  await waitFor(() => expect(namesIn('Vitor Reis')).toEqual(['Cliente c']));
}

it('shows who has whom, who waits with nobody, and who is away', async () => {
  await open();
  expect(namesIn('Sem vendedor')).toEqual(['Cliente d']);
  expect(column('Vera Lima').getByText('2 a contatar · 2 contatados')).toBeTruthy();
  expect(column('Fora do balcão').getByRole('link', { name: 'Eva Prado' })).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Eva Prado' })).toBeNull();
});

it('moves all that are selected by the menu: at once in both columns, then one by one on the server', async () => {
  await open();
  for (const name of ['Cliente a', 'Cliente b']) {
    fireEvent.click(screen.getByRole('checkbox', { name: `Selecionar ${name}` }));
  }
  const bar = within(screen.getByRole('toolbar', { name: 'Clientes selecionados' }));
  expect(bar.getByText('2 selecionados')).toBeTruthy();
  fireEvent.click(bar.getByRole('button', { name: 'Mover para…' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: /Vitor Reis/ }));
  expect(namesIn('Vitor Reis')).toEqual(['Cliente a', 'Cliente c', 'Cliente b']);
  expect(namesIn('Vera Lima')).toEqual([]);
  expect(screen.queryByRole('toolbar')).toBeNull();
  await screen.findByText('2 clientes foram para Vitor Reis.');
  expect(asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
    { client_id: 'a', seller_id: 'vitor' },
    { client_id: 'b', seller_id: 'vitor' },
  ]);
});

it('a client comes back, and it is said why, when the server refuses', async () => {
  await open();
  refuse = true;
  fireEvent.keyDown(screen.getByRole('article', { name: 'Cliente a' }), { key: 'm' });
  fireEvent.click(await screen.findByRole('menuitem', { name: /Vitor Reis/ }));
  await screen.findByText('Cliente a ficou onde estava');
  expect(namesIn('Vera Lima')).toEqual(['Cliente a', 'Cliente b']);
  expect(namesIn('Vitor Reis')).toEqual(['Cliente c']);
});

it('the preview says in a line who loses and who wins', async () => {
  await show(<Redistribute opened onClose={() => undefined} />, 'floor');
  const summary = await screen.findByText('4 clientes mudam');
  expect(summary.parentElement?.textContent).toBe('4 clientes mudam: Vera −2, Vitor +2');
  const vera = screen.getByRole('row', { name: /Vera Lima/ });
  expect(
    within(vera)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['6', '4', '+1', '−3']);
});
