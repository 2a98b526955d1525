import type { Board } from '../src/api/types';
import { expect, test } from './support';

test('a new company is invited, and its first deals show as figures, bars, funnel and own deals', async ({
  company,
}) => {
  const page = await company.open('/dashboard');
  await expect(page.getByRole('heading', { name: 'Seu painel começa com o primeiro negócio' })).toBeVisible();

  const lead = await company.post<{ board_id: string; id: string }>('/leads', {
    title: 'Forno novo',
    value: '1500.00',
    assigned_to: company.admin.user.id,
    expected_close_date: '2020-01-01',
  });
  await company.post('/leads', { title: 'Balcão refrigerado', value: '500.50' });
  await company.post('/companies', { name: 'Padaria Pão & Cia' });
  const board: Board = await company.fetchBoard(lead.board_id);
  await page.reload();

  const figure = (name: string) => page.getByRole('term').filter({ hasText: name }).locator('..');
  await expect(figure('Em aberto').getByTitle(/R\$\s2\.000,50/)).toHaveText(/R\$\s2\.001/);
  await expect(figure('Em aberto')).toContainText('2 negócios');
  await expect(figure('Vencidos')).toContainText('1');
  await expect(figure('Empresas novas')).toContainText('1');
  await expect(page.getByRole('region', { name: 'Negócios por etapa' })).toContainText(
    board.stages[0]?.name ?? 'no stage',
  );
  await expect(page.getByRole('region', { name: 'Funil de vendas' })).toContainText(board.name);
  await expect(page.getByRole('table', { name: 'Empresas cadastradas' })).toContainText('1');
  const mine = page.getByRole('region', { name: 'Meus negócios abertos' });
  await expect(mine).toContainText('venceu 1 jan 2020');
  await expect(mine.getByRole('link')).toHaveCount(1);
  await mine.getByRole('link', { name: 'Forno novo' }).click();
  await expect(page.getByRole('dialog', { name: 'Forno novo' })).toBeVisible();
});

test('the period is chosen, kept in the address, and counts only its days', async ({ company }) => {
  await company.post('/leads', { title: 'Forno novo' });
  const page = await company.open('/dashboard?from=2020-01-01&to=2020-01-31');
  const fresh = page.getByRole('term').filter({ hasText: 'Negócios novos' }).locator('..');
  await expect(page.getByText('1 jan 2020 a 31 jan 2020')).toBeVisible();
  await expect(fresh).toContainText('0de 1 ao todo');
  await page.getByText('7 dias').click();
  await expect(page).toHaveURL(/period=7d/);
  await expect(fresh).toContainText('1de 1 ao todo');
  await page.reload();
  await expect(page.getByRole('radio', { name: '7 dias' })).toBeChecked();
});
