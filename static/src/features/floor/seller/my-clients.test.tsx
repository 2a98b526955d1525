import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { live } from '@/live/react';
import { fakeServer, giveRoom, show } from '@/testing/screen';
import { client, listOf, seller } from '../testing';
import { mineEntity, sellerTopic } from './entity';
import MyClients from './my-clients';

const ME = { id: 'vera' };
const STANDING = {
  placed_by_hand: false,
  reason: 'dealt',
  choice: 'fewest',
  assigned_at: '2026-11-22T12:00:00Z',
  contacted: false,
  contacted_at: null,
  outcome: null,
  notes: null,
};

/** What the server says of the entity, without a server. */
function tell(...ids: string[]) {
  const topic = live.topic(sellerTopic(ME.id), mineEntity);
  const snapshot = { id: ME.id, name: 'Vera', clients: ids.map((id) => ({ id, ...STANDING })) };
  topic.accept({ re: 1, ok: true, epoch: 'e', seq: 1, snapshot });
  return topic;
}

beforeEach(() => {
  const send = vi.spyOn(live, 'command');
  send.mockImplementation((topic, name, data) => {
    const entity = live.topic(topic, mineEntity);
    entity.add({ id: 'c1', name, data, by: { id: ME.id, name: 'Vera' }, answeredSeq: null });
    return new Promise(() => undefined);
  });
  giveRoom();
  fakeServer({
    'GET /sellers/vera/clients': ({ query }) =>
      query.get('state') === 'assigned'
        ? listOf([client('b', 59, ME.id), client('a', 34, ME.id)])
        : listOf([]),
    'GET /sellers/vera/stats': () => ({ json: { contacted_today: 0, by_day: [] } }),
    'GET /sellers': () => listOf([seller(ME.id, { name: 'Vera', pending: 2 })]),
    'GET /distribution/settings': () => ({ json: { periods: [30, 45, 60, 90] } }),
    'GET /conversations': () => listOf([{ id: 'k', channel: 'whatsapp_cloud', contact: { id: 'a' } }]),
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  live.stop({ discard: true });
});

const card = (name: string) => within(screen.getByRole('article', { name }));

it('stacks the clients by urgency, with one’s own conversation where there is one and WhatsApp else', async () => {
  tell('a', 'b');
  await show(<MyClients me={ME} />, 'floor');
  await screen.findByRole('article', { name: 'Cliente b' });
  const names = screen.getAllByRole('article').map((article) => article.getAttribute('aria-label'));
  expect(names).toEqual(['Cliente b', 'Cliente a']);
  expect(card('Cliente b').getByText('59 d')).toBeTruthy();
  expect(card('Cliente b').getByRole('link', { name: 'WhatsApp com Cliente b' }).getAttribute('href')).toBe(
    'https://wa.me/5511988887777',
  );
  expect(card('Cliente b').getByRole('link', { name: 'Ligar para Cliente b' }).getAttribute('href')).toBe(
    'tel:+5511988887777',
  );
  await waitFor(() =>
    expect(card('Cliente a').getByRole('link', { name: 'WhatsApp' }).getAttribute('href')).toBe('/inbox/k'),
  );
});

it('one tap marks as contacted: the card leaves at once, and says that it still waits to be sent', async () => {
  tell('a', 'b');
  await show(<MyClients me={ME} />, 'floor');
  await screen.findByRole('article', { name: 'Cliente b' });
  fireEvent.click(card('Cliente b').getByRole('button', { name: 'Contatado: Cliente b' }));
  await waitFor(() => expect(screen.queryByRole('article', { name: 'Cliente b' })).toBeNull());
  expect(live.command).toHaveBeenCalledWith('seller:vera', 'contacted', { client_id: 'b' });
  const today = within(screen.getByRole('region', { name: 'Números de hoje' }));
  expect(today.getByText('Contatados hoje').nextSibling?.textContent).toBe('1');
  fireEvent.click(screen.getByRole('radio', { name: 'Contatados (1)' }));
  const done = card('Cliente b');
  expect(done.getByText('Guardado aqui. Vai quando a conexão voltar.')).toBeTruthy();
  expect(done.getByRole('button', { name: 'Corrigir resultado' })).toBeTruthy();
});

it('tells quietly of clients that come, and shows them before anything more is known', async () => {
  const topic = tell('a', 'b');
  await show(<MyClients me={ME} />, 'floor');
  await screen.findByRole('article', { name: 'Cliente b' });
  const { id, name, phone, email, last_purchase_at, days_since_purchase } = client('n', 44);
  act(() => {
    topic.apply({
      topic: 'seller:vera',
      seq: 2,
      type: 'client.assigned',
      at: '2026-11-22T15:00:00Z',
      by: { id: 'helena', name: 'Helena' },
      data: {
        clients: [
          {
            id,
            assigned_at: '2026-11-22T15:00:00Z',
            client: { id, name, phone, email, last_purchase_at, days_since_purchase },
          },
        ],
      },
    });
  });
  expect(await screen.findByRole('article', { name: 'Cliente n' })).toBeTruthy();
  expect(screen.getByText('Chegou 1 cliente para você.')).toBeTruthy();
});

it('the sheet sends outcome and notes with the contact', async () => {
  tell('a', 'b');
  await show(<MyClients me={ME} />, 'floor');
  await screen.findByRole('article', { name: 'Cliente b' });
  fireEvent.click(card('Cliente b').getByRole('button', { name: 'Contatado com resultado: Cliente b' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Cliente b' }));
  fireEvent.click(sheet.getByRole('checkbox', { name: 'Vendeu' }));
  fireEvent.change(sheet.getByRole('textbox', { name: 'Anotações' }), { target: { value: '20 sacos' } });
  fireEvent.click(sheet.getByRole('button', { name: 'Contatado' }));
  expect(live.command).toHaveBeenCalledWith('seller:vera', 'contacted', {
    client_id: 'b',
    outcome: 'sold',
    notes: '20 sacos',
  });
});
