import { expect, isLive, test } from './support';

test('what one changes the other’s lists, figures and dots show by themselves, also after a time without connection', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const made = await company.post<{ id: string }>('/companies', { name: 'Padaria Pão & Cia' });
  const list = await company.open('/companies', vera);
  await expect(list.getByText('1 empresa', { exact: true })).toBeVisible();
  const details = await company.open(`/companies/${made.id}`, vera);
  await expect(details.getByRole('heading', { level: 1, name: 'Padaria Pão & Cia' })).toBeVisible();
  const dashboard = await company.open('/dashboard', vera);
  const figure = dashboard.getByRole('term').filter({ hasText: 'Empresas novas' }).locator('..');
  await expect(figure).toContainText('1');
  for (const page of [list, details, dashboard]) await expect(isLive(page)).toBeVisible();

  await company.post('/companies', { name: 'Açougue São Jorge' });
  await expect(list.getByRole('link', { name: 'Açougue São Jorge' })).toBeVisible();
  await expect(figure).toContainText('2');
  await company.put(`/companies/${made.id}`, { name: 'Padaria Rosa' });
  await expect(details.getByRole('heading', { level: 1, name: 'Padaria Rosa' })).toBeVisible();

  await list.context().setOffline(true);
  await expect(isLive(list)).toHaveCount(0, { timeout: 20_000 });
  await company.delete(`/companies/${made.id}`);
  await expect(details.getByRole('heading', { name: 'Esta empresa não existe mais' })).toBeVisible();
  await list.context().setOffline(false);
  await expect(list.getByRole('link', { name: 'Padaria Rosa' })).toHaveCount(0, { timeout: 20_000 });
  await expect(list.getByText('1 empresa', { exact: true })).toBeVisible();
});

test('a dot tells who is online, and goes when they sign out', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const { id } = await company.post<{ id: string }>('/chat/rooms', {
    type: 'direct',
    participant_ids: [vera.user.id],
  });
  const here = await company.open(`/chat/${id}`);
  const room = here.getByRole('region', { name: 'Vera Lima' });
  await expect(room).toContainText('Offline');

  const there = await company.open('/boards', vera);
  await expect(isLive(there)).toBeVisible();
  await expect(room).toContainText('Online');
  await there.getByRole('button', { name: 'Menu de Vera Lima' }).click();
  await there.getByRole('menuitem', { name: 'Sair' }).click();
  await expect(room).toContainText('Offline', { timeout: 45_000 });
});
