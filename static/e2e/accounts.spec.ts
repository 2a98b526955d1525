import { randomUUID } from 'node:crypto';
import { expect, isLive, test } from './support';

test('a new company registers, finds the way to a board of its own, and comes back after signing out', async ({
  page,
}) => {
  const email = `dona-${randomUUID()}@teste.local`;
  await page.goto('/');
  await page.getByRole('link', { name: 'Criar conta' }).click();
  await page.getByRole('button', { name: 'Criar conta' }).click();
  await expect(page.getByText('Preencha este campo.').first()).toBeVisible();
  await page.getByLabel('Nome da empresa').fill('Padaria Pão & Cia');
  await page.getByLabel('Seu nome').fill('Dona Rosa');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Senha', { exact: true }).fill('curta');
  await page.getByRole('button', { name: 'Criar conta' }).click();
  await expect(page.getByText('Use de 8 a 72 caracteres.')).toBeVisible();
  await page.getByLabel('Senha', { exact: true }).fill('senha-de-teste');
  await page.getByRole('button', { name: 'Criar conta' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Quadros' })).toBeVisible();
  await expect(page.getByText('Padaria Pão & Cia')).toBeVisible();
  await expect(isLive(page)).toBeVisible();
  await page.getByLabel('Buscar quadros').fill('não existe');
  await expect(page.getByRole('heading', { name: 'Nenhum quadro encontrado' })).toBeVisible();
  await page.getByLabel('Buscar quadros').fill('');
  await page.getByRole('button', { name: 'Novo quadro' }).click();
  await page.getByRole('dialog').getByLabel('Nome do quadro').fill('Encomendas');
  await page.getByRole('dialog').getByRole('button', { name: 'Criar' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Encomendas' })).toBeVisible();
  await expect(page.getByText('nenhum negócio ainda')).toBeVisible();
  await expect(page.getByRole('region').first()).toBeVisible();

  await page.getByRole('button', { name: 'Menu de Dona Rosa' }).click();
  await page.getByRole('menuitem', { name: 'Sair' }).click();
  await expect(page.getByRole('heading', { name: 'Entre no Balcão' })).toBeVisible();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Senha', { exact: true }).fill('errada-mesmo');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('alert')).toHaveText('E-mail ou senha não conferem.');
  await page.getByLabel('Senha', { exact: true }).fill('senha-de-teste');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('heading', { name: 'Encomendas' })).toBeVisible();
});

test('a board is renamed, made the default, archived and deleted from the list', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'] }, { value: '10.00' });
  const page = await company.open('/boards');
  const item = page.getByRole('listitem').filter({ hasText: board.name });
  await expect(item).toContainText('R$ 10,00');
  await expect(item).toContainText('1 negócio');

  await item.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Editar' }).click();
  await page.getByRole('dialog').getByLabel('Nome do quadro').fill('Encomendas');
  await page.getByRole('dialog').getByRole('button', { name: 'Salvar' }).click();
  const renamed = page.getByRole('listitem').filter({ hasText: 'Encomendas' });
  await expect(renamed).toBeVisible();

  await renamed.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Arquivar' }).click();
  await expect(renamed).toHaveCount(0);
  await page.getByRole('switch', { name: 'Mostrar arquivados' }).click();
  await expect(renamed).toContainText('Arquivado');

  await renamed.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Encomendas' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Novo negócio' })).toHaveCount(0);
  await page.goBack();
  await page.getByRole('switch', { name: 'Mostrar arquivados' }).click();

  await renamed.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  const question = page.getByRole('dialog', { name: 'Excluir o quadro “Encomendas”?' });
  await expect(question).toContainText('1 negócio (R$ 10,00) em 1 etapa');
  await expect(question.getByRole('button', { name: 'Excluir' })).toBeDisabled();
  await question.getByLabel('Digite o nome do quadro para confirmar').fill('Encomendas');
  await question.getByRole('button', { name: 'Excluir' }).click();
  await expect(renamed).toHaveCount(0);
});

test('an administrator makes, changes and deactivates a person, who is out at once', async ({
  company,
  browser,
}) => {
  const admin = await company.open('/users');
  const email = `bruno-${randomUUID()}@teste.local`;
  await admin.getByRole('button', { name: 'Nova pessoa' }).click();
  const form = admin.getByRole('dialog', { name: 'Nova pessoa' });
  await form.getByLabel('Nome').fill('Bruno Tavares');
  await form.getByLabel('E-mail').fill(company.admin.user.email);
  await form.getByText('Com uma senha').click();
  await form.getByLabel('Senha inicial', { exact: true }).fill('senha-de-teste');
  await form.getByRole('button', { name: 'Criar' }).click();
  await expect(form.getByText('Já existe uma conta com este e-mail.').first()).toBeVisible();
  await form.getByLabel('E-mail').fill(email);
  await form.getByRole('button', { name: 'Criar' }).click();
  const row = admin.getByRole('row').filter({ hasText: 'Bruno Tavares' });
  await expect(row).toBeVisible();

  await row.getByRole('combobox', { name: 'Papel de Bruno Tavares' }).click();
  await admin.getByRole('option', { name: 'Supervisor' }).click();
  await expect(row.getByRole('combobox', { name: 'Papel de Bruno Tavares' })).toHaveValue('Supervisor');

  const context = await browser.newContext({ ...test.info().project.use });
  const bruno = await context.newPage();
  await bruno.goto('/login');
  await bruno.getByLabel('E-mail').fill(email);
  await bruno.getByLabel('Senha', { exact: true }).fill('senha-de-teste');
  await bruno.getByRole('button', { name: 'Entrar' }).click();
  await expect(isLive(bruno)).toBeVisible();
  await expect(bruno.getByRole('link', { name: 'Pessoas' })).toHaveCount(0);

  await row.getByRole('button', { name: 'Ações de Bruno Tavares' }).click();
  await admin.getByRole('menuitem', { name: 'Desativar' }).click();
  await admin
    .getByRole('dialog', { name: 'Desativar Bruno Tavares?' })
    .getByRole('button', { name: 'Desativar' })
    .click();
  await expect(row).toContainText('Desativada');
  await expect(bruno.getByText('Sua sessão terminou. Entre de novo para continuar.')).toBeVisible({
    timeout: 20_000,
  });
});

test('profile, language, theme and password are one’s own and stay', async ({ company }) => {
  const page = await company.open('/settings');
  const profile = page.getByRole('region', { name: 'Perfil' });
  await profile.getByLabel('Nome').fill('Helena M. Duarte');
  await profile.getByLabel('Telefone').fill('(11) 98888-7777');
  await profile.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByText('Salvo', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Menu de Helena M. Duarte' })).toBeVisible();

  await page.getByText('Escuro', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.getByRole('combobox', { name: 'Idioma' }).click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');

  await page.getByLabel('Current password').fill('wrong-password');
  await page.getByLabel('New password').fill('outra-senha-boa');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The current password is wrong.')).toBeVisible();
  await page.getByLabel('Current password').fill('senha-de-teste');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
});

test('many tabs share one login, and a sign-out in one ends it in all', async ({ company }) => {
  const first = await company.open('/boards');
  await expect(isLive(first)).toBeVisible();
  const tabs = await Promise.all([1, 2, 3].map(() => first.context().newPage()));
  await Promise.all(tabs.map((tab) => tab.goto('/boards')));
  for (const tab of tabs) await expect(isLive(tab)).toBeVisible();

  // Every tab starts with the same ended token at once: one of them renews it, and the login survives the rotation.
  const all = [first, ...tabs];
  await Promise.all(all.map((tab) => tab.goto('/theme.js')));
  await first.evaluate(() => {
    const session = JSON.parse(localStorage.getItem('balcao.session') ?? '{}');
    const expired = btoa(JSON.stringify({ exp: 1 }));
    localStorage.setItem('balcao.session', JSON.stringify({ ...session, accessToken: `x.${expired}.x` }));
  });
  await Promise.all(all.map((tab) => tab.goto('/boards')));
  for (const tab of all) await expect(isLive(tab)).toBeVisible();

  await first.getByRole('button', { name: /Menu de/ }).click();
  await first.getByRole('menuitem', { name: 'Sair' }).click();
  for (const tab of tabs) await expect(tab.getByRole('heading', { name: 'Entre no Balcão' })).toBeVisible();
});
