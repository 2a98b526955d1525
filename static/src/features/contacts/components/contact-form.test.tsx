import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import { contact } from '../testing';
import { ContactForm } from './contact-form';

// Many fields take long to draw where browsers are imitated and others are at work, too.
vi.setConfig({ testTimeout: 30_000 });
afterEach(cleanup);

const ME = { id: 'ana', permissions: ['contacts.read', 'contacts.write'] };
const page = (items: object[]) => ({ json: { items, total: items.length, page: 1, per_page: 100 } });
const server = {
  'GET /auth/me': () => ({ json: ME }),
  'GET /users': () => page([]),
};
const field = (label: RegExp | string) => screen.getByLabelText<HTMLInputElement>(label);
const write = (label: RegExp | string, value: string) => {
  fireEvent.change(field(label), { target: { value } });
  fireEvent.blur(field(label));
};

it('refuses what is no number or CPF, sends numbers as the world dials them, and keeps what was typed', async () => {
  const marta = contact({ id: '1', name: 'Marta Reis', phone: '+5511988887777' });
  let answers = 0;
  const asked = fakeServer({
    ...server,
    'GET /contacts': () => page([]),
    'POST /contacts': () => {
      answers += 1;
      return answers === 1 ? { status: 409, json: { code: 'phone_taken' } } : { status: 201, json: marta };
    },
  });
  const onSaved = vi.fn();
  await show(<ContactForm opened onClose={() => undefined} onSaved={onSaved} />, 'contacts');
  write(/^Nome/, 'Marta Reis');
  write('Telefone', '8888-7777');
  write('CPF', '529.982.247-24');
  fireEvent.click(screen.getByRole('button', { name: 'Criar' }));
  expect(await screen.findByText('Este CPF não confere.')).toBeTruthy();
  expect(screen.getByText('Escreva um telefone com DDD, como (11) 98888-7777.')).toBeTruthy();
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);

  write('Telefone', '11 8888-7777');
  expect(field('Telefone').value).toBe('(11) 98888-7777');
  write('CPF', '52998224725');
  expect(field('CPF').value).toBe('529.982.247-25');
  fireEvent.click(screen.getByRole('button', { name: 'Criar' }));
  expect(await screen.findByText('Outro contato já tem este telefone.')).toBeTruthy();
  expect(field('Telefone').value).toBe('(11) 98888-7777');

  fireEvent.click(screen.getByRole('button', { name: 'Criar' }));
  await waitFor(() => expect(onSaved).toHaveBeenCalled());
  const posts = asked.filter(({ method }) => method === 'POST');
  expect(posts[0]?.body).toMatchObject({
    name: 'Marta Reis',
    phone: '+5511988887777',
    custom: { cpf: '52998224725' },
  });
  const keysOf = new Set(posts.map(({ headers }) => headers.get('Idempotency-Key')));
  expect([posts.length, keysOf.size]).toEqual([2, 1]);
});

it('warns of those who look like the one being written', async () => {
  const known = contact({ id: '1', name: 'Marta Reis', phone: '+5511988887777' });
  const longer = contact({ id: '2', name: 'Marta Reis Filho' });
  fakeServer({ ...server, 'GET /contacts': () => page([known, longer]) });
  await show(<ContactForm opened onClose={() => undefined} onSaved={() => undefined} />, 'contacts');
  write(/^Nome/, 'marta reis');
  expect(await screen.findByText('Já existe um contato parecido:')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Marta Reis' }).getAttribute('href')).toBe('/contacts/1');
  expect(screen.queryByText('Marta Reis Filho')).toBeNull();
});
