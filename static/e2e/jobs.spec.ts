import type { JobSummary } from '../src/api/types';
import { expect, test } from './support';

test('an administrator tries a failed job again and removes another', async ({ company }) => {
  // No job fails for good within a test's time: the server's answers are played here.
  const job = (kind: string, last_error: string): Omit<JobSummary, 'payload'> & { payload: object } => ({
    id: kind,
    kind,
    state: 'dead',
    payload: { to: 'ana@teste.local' },
    run_at: '2026-11-01T12:00:00Z',
    attempts: 8,
    last_error,
    topic_id: null,
    created_at: '2026-11-01T10:00:00Z',
    finished_at: '2026-11-01T12:00:00Z',
  });
  let dead = [job('send_mail', 'connection refused'), job('make_thumbnail', 'not an image')];
  const page = await company.open('/settings');
  await page.route('**/api/v1/jobs**', (route) => {
    const [, id] = /jobs\/(\w+)/.exec(route.request().url()) ?? [];
    dead = dead.filter((known) => known.id !== id);
    if (route.request().method() === 'DELETE') return route.fulfill({ status: 204 });
    if (id) return route.fulfill({ json: job(id, '') });
    expect(route.request().url()).toContain('state=dead');
    return route.fulfill({ json: { items: dead, total: dead.length, page: 1, per_page: 25 } });
  });
  await page.getByRole('link', { name: 'Ver as tarefas com falha' }).click();

  const mail = page.getByRole('listitem', { name: 'send_mail' });
  await expect(mail).toContainText('connection refused');
  await expect(mail).toContainText('8 tentativas');
  await mail.getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(page.getByText('A tarefa voltou para a fila.')).toBeVisible();
  await expect(mail).toHaveCount(0);

  const thumbnail = page.getByRole('listitem', { name: 'make_thumbnail' });
  await thumbnail.getByRole('button', { name: 'Remover' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remover' }).click();
  await expect(page.getByRole('heading', { name: 'Nada falhou' })).toBeVisible();
});

test('others are not shown failed jobs', async ({ company }) => {
  const page = await company.open('/settings', await company.person('Vera Lima', 'seller'));
  await expect(page.getByRole('heading', { name: 'Senha' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ver as tarefas com falha' })).toHaveCount(0);
  await page.goto('/settings/jobs');
  await expect(page.getByRole('heading', { name: 'Seu papel não permite isso.' })).toBeVisible();
});
