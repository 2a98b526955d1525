import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { Link, Route, Routes } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { show } from '@/testing/screen';
import { LeaveGuard } from './leave-guard';

function Form({ save }: { save?: () => Promise<unknown> }) {
  const [text, setText] = useState('');
  return (
    <>
      <input aria-label="Texto" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Link to="/other">Outra</Link>
      <Link to="/form?page=2">Outra página</Link>
      <LeaveGuard unsaved={text !== ''} save={save} />
    </>
  );
}

const app = (save?: () => Promise<unknown>) =>
  show(
    <Routes>
      <Route path="/" element={<Link to="/form">Formulário</Link>} />
      <Route path="/form" element={<Form save={save} />} />
      <Route path="/other" element={<h1>Chegou</h1>} />
    </Routes>,
  );

const write = () => fireEvent.change(screen.getByLabelText('Texto'), { target: { value: 'Oi' } });
const click = (name: string) => fireEvent.click(screen.getByText(name));
const closing = () => {
  const event = new Event('beforeunload', { cancelable: true });
  dispatchEvent(event);
  return event.defaultPrevented;
};

beforeEach(() => history.replaceState({ idx: 0 }, '', '/'));
afterEach(cleanup);

it('lets go who has written nothing', async () => {
  await app();
  click('Formulário');
  await screen.findByLabelText('Texto');
  expect(closing()).toBe(false);
  click('Outra');
  await screen.findByText('Chegou');
});

it('asks whoever has, keeps them where they are, and lets them go when they say so', async () => {
  await app();
  click('Formulário');
  await screen.findByLabelText('Texto');
  write();
  expect(closing()).toBe(true);
  click('Outra');
  await screen.findByText('Sair sem salvar?');
  click('Continuar aqui');
  await waitFor(() => expect(screen.queryByText('Sair sem salvar?')).toBeNull());
  expect([location.pathname, screen.getByLabelText<HTMLInputElement>('Texto').value]).toEqual([
    '/form',
    'Oi',
  ]);
  click('Outra');
  await screen.findByText('Sair sem salvar?');
  fireEvent.click(screen.getByRole('button', { name: 'Sair sem salvar' }));
  await screen.findByText('Chegou');
});

it('asks before the way back, too', async () => {
  await app();
  click('Formulário');
  await screen.findByLabelText('Texto');
  write();
  history.back();
  await screen.findByText('Sair sem salvar?');
  await waitFor(() => expect(location.pathname).toBe('/form'));
  fireEvent.click(screen.getByRole('button', { name: 'Sair sem salvar' }));
  await screen.findByText('Formulário');
  expect(location.pathname).toBe('/');
});

it('does not mind another page of the same screen', async () => {
  await app();
  click('Formulário');
  await screen.findByLabelText('Texto');
  write();
  click('Outra página');
  await waitFor(() => expect(location.search).toBe('?page=2'));
  expect(screen.queryByText('Sair sem salvar?')).toBeNull();
});

it('saves on leaving where it can, and asks only where that fails', async () => {
  const save = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce(undefined);
  await app(save);
  click('Formulário');
  await screen.findByLabelText('Texto');
  write();
  click('Outra');
  await screen.findByText('Sair sem salvar?');
  click('Continuar aqui');
  await waitFor(() => expect(screen.queryByText('Sair sem salvar?')).toBeNull());
  click('Outra');
  await screen.findByText('Chegou');
  expect(save).toHaveBeenCalledTimes(2);
});
