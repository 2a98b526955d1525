/** Puts a screen of the floor on a page for tests: with its texts, without a server but for what the test answers. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import { loadTexts, startI18n } from '@/i18n';
import { theme } from '@/ui/theme';

/** By method and path, as `GET /sellers`; what is not listed is not found. */
export type Answers = Record<string, unknown | ((url: URL, body: unknown) => unknown)>;

export interface Asked {
  what: string;
  body: unknown;
}

/** Answers calls of the API; tells which there were. */
export function serve(answers: Answers): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const what = `${request.method} ${url.pathname.replace('/api/v1', '')}`;
    const body: unknown = request.method === 'GET' ? null : await request.json().catch(() => null);
    asked.push({ what, body });
    const answer = answers[what];
    if (answer === undefined) return Response.json({ status: 404, code: 'not_found' }, { status: 404 });
    const told = typeof answer === 'function' ? answer(url, body) : answer;
    return told instanceof Response ? told : Response.json(told);
  });
  return asked;
}

export async function show(screen: ReactNode, path = '/floor') {
  await startI18n('pt-BR');
  await loadTexts('floor');
  // jsdom lays nothing out: without a size nothing would be in view.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return {
    cache,
    ...render(
      <QueryClientProvider client={cache}>
        <MantineProvider theme={theme} env="test">
          <MemoryRouter initialEntries={[path]}>{screen}</MemoryRouter>
          <Notifications />
        </MantineProvider>
      </QueryClientProvider>,
    ),
  };
}

export const pageOf = (items: unknown[], total = items.length) => ({ items, total, page: 1, per_page: 100 });
