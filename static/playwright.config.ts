import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

const port = process.env.BALCAO_E2E_PORT ?? '8123';
const url = process.env.BALCAO_E2E_URL ?? `http://127.0.0.1:${port}`;
const chromium =
  process.env.BALCAO_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'pt-BR',
    timezoneId: 'America/Sao_Paulo',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  // What is measured is measured alone, when everything else is done; figures that take long, only when asked for.
  projects: [
    { name: 'stories', testIgnore: ['latency.spec.ts', 'thousand-cards.spec.ts'] },
    { name: 'latency', testMatch: 'latency.spec.ts', dependencies: ['stories'] },
    ...(process.env.BALCAO_FIGURES
      ? [{ name: 'figures', testMatch: 'thousand-cards.spec.ts', use: { trace: 'off' as const } }]
      : []),
  ],
  // Without a server's address given, one with data of its own is started.
  webServer: process.env.BALCAO_E2E_URL
    ? undefined
    : {
        command: '../scripts/e2e-server',
        env: { BALCAO_E2E_PORT: port },
        url: `${url}/health`,
        timeout: 900_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
      },
});
