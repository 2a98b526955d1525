/** Shows a screen as the app does: the kit, texts, and a server that answers as the test says. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { configure, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { BrowserRouter } from 'react-router';
import { vi } from 'vitest';
import { loadTexts, startI18n } from '@/i18n';
import type { Part } from '@/i18n/parts';
import { theme } from '@/ui/theme';

// Whole screens take their time on a busy machine; what is waited for ends the wait.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Answer = { status?: number; json: unknown };

/** Answers by `METHOD /path`; what no test expects fails it. */
export function fakeServer(answers: Record<string, (asked: Asked) => Answer>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: Request) => {
    const { pathname, searchParams } = new URL(input.url);
    const text = await input.text();
    const call = {
      method: input.method,
      path: pathname.replace('/api/v1', ''),
      query: searchParams,
      body: text ? JSON.parse(text) : null,
      headers: input.headers,
    };
    const answer = answers[`${call.method} ${call.path}`];
    if (!answer) throw new Error(`nobody answers ${call.method} ${call.path}`);
    asked.push(call);
    const { status = 200, json } = answer(call);
    return new Response(JSON.stringify(json), {
      status,
      headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
    });
  });
  return asked;
}

export async function show(screen: ReactNode, ...parts: Part[]) {
  await startI18n('pt-BR');
  for (const part of parts) await loadTexts(part);
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(
    <QueryClientProvider client={cache}>
      <MantineProvider theme={theme} env="test">
        <BrowserRouter>{screen}</BrowserRouter>
        <Notifications />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...shown, cache };
}

/** jsdom lays nothing out: without a size a virtual list shows nothing. */
export function giveRoom(): void {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
}
