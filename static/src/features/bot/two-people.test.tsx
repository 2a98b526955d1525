import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import { Editor } from './components/editor';
import type { Flow } from './drawing';

const flow = (name: string, at: string, fields: Partial<Flow> = {}): Flow => ({
  id: 'f1',
  name,
  start: 'oi',
  nodes: [{ id: 'oi', type: 'close', text: 'Tchau', position: { x: 0, y: 0 } }],
  is_default: false,
  version: 1,
  published_at: '2026-11-22T11:00:00Z',
  has_changes: false,
  created_at: '2026-11-22T10:00:00Z',
  updated_at: at,
  updated_by: null,
  ...fields,
});

const MINE = flow('Trocas', '2026-11-22T12:00:00.000001Z');
const THEIRS = flow('Trocas e devoluções', '2026-11-22T12:05:00Z', {
  updated_by: { id: 'ana', name: 'Ana Prado' },
});

const REFUSED = { status: 409, json: { status: 409, code: 'flow_changed', title: 'Somebody changed it' } };

/** A server that holds what Ana saved, and writes only over what the caller has seen. */
function aServer() {
  let held = THEIRS;
  return fakeServer({
    'GET /bot/flows/f1': () => ({ json: held }),
    'PUT /bot/flows/f1': ({ body }) => {
      const { if_updated_at, ...draft } = body as Partial<Flow> & { if_updated_at: string };
      if (if_updated_at !== held.updated_at) return REFUSED;
      held = { ...held, ...draft, updated_at: '2026-11-22T12:06:00Z', updated_by: null };
      return { json: held };
    },
  });
}

const field = () => screen.getByLabelText<HTMLInputElement>('Nome do fluxo');
const rename = (name: string) => fireEvent.change(field(), { target: { value: name } });
const puts = (asked: ReturnType<typeof aServer>) => asked.filter(({ method }) => method === 'PUT');

vi.mock('./components/canvas', () => ({ default: () => null }));
afterEach(cleanup);

it('offers what somebody else saved, and undo brings one’s own back', async () => {
  const asked = aServer();
  await show(<Editor flow={MINE} />, 'bot');
  rename('Trocas rápidas');
  await screen.findByText(/Ana Prado salvou mudanças/);
  fireEvent.click(screen.getByRole('button', { name: 'Recarregar a versão de Ana Prado' }));
  await waitFor(() => expect(field().value).toBe('Trocas e devoluções'));
  expect(screen.getByText('Rascunho salvo')).toBeTruthy();
  expect(puts(asked)).toHaveLength(1);

  fireEvent.click(screen.getByRole('button', { name: 'Desfazer' }));
  expect(field().value).toBe('Trocas rápidas');
  await waitFor(() => expect(puts(asked)).toHaveLength(2));
  await screen.findByText('Rascunho salvo');
});

it('writes one’s own over it only when told to', async () => {
  const asked = aServer();
  await show(<Editor flow={MINE} />, 'bot');
  rename('Trocas rápidas');
  fireEvent.click(await screen.findByRole('button', { name: 'Manter a minha' }));
  await screen.findByText('Rascunho salvo');
  expect(field().value).toBe('Trocas rápidas');
  expect(puts(asked).map(({ body }) => body)).toMatchObject([
    { if_updated_at: MINE.updated_at, name: 'Trocas rápidas' },
    { if_updated_at: THEIRS.updated_at, name: 'Trocas rápidas' },
  ]);
});

it('shows what others made of it on coming back, as long as nothing here is unsaved', async () => {
  aServer();
  const { rerender } = await showEditor(MINE);
  rerender(THEIRS);
  await waitFor(() => expect(field().value).toBe('Trocas e devoluções'));
  expect(screen.queryByRole('dialog')).toBeNull();
  // An older answer that arrives late takes nothing back.
  rerender(MINE);
  expect(field().value).toBe('Trocas e devoluções');
});

async function showEditor(first: Flow) {
  let set: (flow: Flow) => void = () => undefined;
  function Host() {
    const [shown, setShown] = useState(first);
    set = setShown;
    return <Editor flow={shown} />;
  }
  await show(<Host />, 'bot');
  return { rerender: (next: Flow) => act(() => set(next)) };
}
