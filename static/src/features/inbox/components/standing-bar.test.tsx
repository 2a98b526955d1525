import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { loadTexts, startI18n } from '@/i18n';
import { ANA, at, conversation, JOANA, message, summary } from '../testing';
import type { Conversation } from '../types';
import type { Deeds } from '../use-conversation';
import { PATIENCE_MS } from '../waiting';
import { ConversationRow } from './conversation-row';
import { StandingBar } from './standing-bar';

const permissions = new Set<string>();
vi.mock('@/api/queries', () => ({
  useSession: () => ({ user: { id: 'me' } }),
  useMayI: (permission: string) => permissions.has(permission),
}));

beforeAll(async () => {
  await startI18n('pt-BR');
  await loadTexts('inbox');
});
afterEach(() => {
  cleanup();
  permissions.clear();
});

function show(fields: Partial<Conversation>, wasBeaten = false) {
  const deeds: Deeds = { busy: null, isAway: false, ask: vi.fn(async () => true) };
  const onTakeOver = vi.fn();
  const onNote = vi.fn();
  render(
    <MantineProvider>
      <StandingBar
        conversation={conversation([], fields)}
        deeds={deeds}
        wasBeaten={wasBeaten}
        isNoting={false}
        onTakeOver={onTakeOver}
        onNote={onNote}
      />
    </MantineProvider>,
  );
  return { deeds, onTakeOver, onNote };
}
const button = (name: string) => screen.queryByRole('button', { name });
const others = { assigned_user: ANA, assigned_user_id: ANA.id };

it('offers one thing while the bot is in charge', () => {
  const { onTakeOver } = show({ is_bot_active: true });
  expect(screen.getAllByRole('button')).toHaveLength(1);
  fireEvent.click(screen.getByRole('button', { name: 'Assumir' }));
  expect(onTakeOver).toHaveBeenCalledOnce();
});

it('tells whoever comes second who was faster', () => {
  show(others, true);
  expect(screen.getByRole('alert').textContent).toBe('Ana Souza assumiu este atendimento há instantes.');
  expect(button('Assumir')).toBeNull();
});

it('leaves others’ conversations to them, but for notes, and for whoever looks after all', () => {
  const { onNote } = show(others);
  expect(screen.getByText('Ana Souza está atendendo.')).toBeTruthy();
  expect(button('Assumir')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Escrever nota' }));
  expect(onNote).toHaveBeenCalledOnce();
  cleanup();

  permissions.add('conversations.manage');
  const { deeds } = show(others);
  fireEvent.click(screen.getByRole('button', { name: 'Assumir' }));
  expect(deeds.ask).toHaveBeenCalledWith('transfer', { to_user_id: 'me' });
});

it('stands aside where one writes oneself, and offers what is over to be taken up again', () => {
  show({ assigned_user: { id: 'me', name: 'Eu' }, assigned_user_id: 'me' });
  expect(screen.queryAllByRole('button')).toHaveLength(0);
  cleanup();
  const { deeds } = show({ ...others, status: 'closed', ended_at: at(1), resolution: 'Trocado' });
  expect(screen.getByText('Trocado')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Reabrir' }));
  expect(deeds.ask).toHaveBeenCalledWith('reopen', {});
});

it('shows in the list who waits too long, and names and words as they were written', () => {
  const script = '<script>alert(1)</script>';
  const asked = message(1, { content: script });
  const shown = summary({
    status: 'waiting',
    contact: { ...JOANA, name: script },
    last_message: asked,
    last_message_at: asked.created_at,
    unread_count: 2,
  });
  const row = (now: number) =>
    render(
      <MantineProvider>
        <MemoryRouter>
          <ConversationRow summary={shown} view="queue" now={now} />
        </MemoryRouter>
      </MantineProvider>,
    );
  const begun = Date.parse(asked.created_at);
  const { container } = row(begun + PATIENCE_MS - 1);
  expect(container.querySelector('[data-long]')).toBeNull();
  expect(container.querySelector('script')).toBeNull();
  expect(screen.getAllByText(script)).toHaveLength(2);
  expect(screen.getByText('2 mensagens não lidas')).toBeTruthy();
  cleanup();
  expect(row(begun + PATIENCE_MS + 60_000).container.querySelector('[data-long]')?.textContent).toContain(
    '6 min',
  );
});
