import type { Page } from '@playwright/test';
import { card, cardLink, column, expect, isLive, openBoard, test, titlesIn } from './support';

const drawer = (page: Page) => page.getByRole('dialog');

test('a deal is written, seen by others, changed and deleted in the drawer', async ({ company }) => {
  const board = await company.board({ Novo: [], Proposta: [] });
  const vera = await company.person('Vera Lima', 'seller');
  const ana = await openBoard(company, board);
  const other = await openBoard(company, board, vera);

  await ana.getByRole('link', { name: 'Novo negócio' }).click();
  await drawer(ana).getByLabel('Título').fill('Reforma da loja');
  await drawer(ana).getByLabel('Valor').fill('12400,50');
  await drawer(ana).getByText('Alta', { exact: true }).click();
  await drawer(ana).getByLabel('Empresa').fill('Padaria Pão & Cia');
  await drawer(ana).getByRole('combobox', { name: 'Responsável' }).click();
  await ana.getByRole('option', { name: 'Vera Lima' }).click();
  await drawer(ana).getByLabel('Previsão de fechamento').fill('12/12/2031');
  await drawer(ana).getByLabel('Previsão de fechamento').press('Tab');
  await drawer(ana).getByRole('button', { name: 'Criar' }).click();
  await expect(drawer(ana)).toHaveCount(0);

  for (const page of [ana, other]) {
    const made = card(page, 'Reforma da loja');
    await expect(made).toContainText('Padaria Pão & Cia');
    await expect(made).toContainText('R$ 12.400,50');
    await expect(made).toContainText('12 dez 2031');
    await expect(made).toHaveAttribute('data-priority', 'high');
    await expect(made.getByRole('img', { name: 'Responsável: Vera Lima' })).toBeVisible();
    await expect(column(page, 'Novo')).toContainText('R$ 12.400,50');
    await expect(page.getByText('R$ 12.400,50 em 1 negócio', { exact: true })).toBeVisible();
  }

  await cardLink(other, 'Reforma da loja').click();
  await expect(drawer(other).getByLabel('Valor')).toHaveValue('R$ 12.400,50');
  await drawer(other).getByLabel('Título').fill('Reforma da fachada');
  await drawer(other).getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer(other)).toHaveCount(0);
  await expect(card(ana, 'Reforma da fachada')).toBeVisible();

  await cardLink(ana, 'Reforma da fachada').click();
  await drawer(ana).getByRole('button', { name: 'Excluir' }).click();
  for (const page of [ana, other]) await expect(page.getByRole('article')).toHaveCount(0);
  expect(await company.titles(board, 'Novo')).toEqual([]);
});

test('what the server does not accept is said at the field, and what was typed stays', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const page = await openBoard(company, board);
  await cardLink(page, 'Alfa').click();
  await drawer(page).getByLabel('E-mail').fill('isto não é um e-mail');
  await drawer(page).getByLabel('CNPJ').fill('11111111111111');
  await drawer(page).getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer(page).getByText('Escreva um e-mail como nome@empresa.com.br.')).toBeVisible();
  await expect(drawer(page).getByText('Este CNPJ não confere.')).toBeVisible();
  await expect(drawer(page).getByLabel('E-mail')).toHaveValue('isto não é um e-mail');
  await expect(drawer(page).getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');

  // A closed drawer and a reload keep it as well.
  await drawer(page).getByRole('button', { name: 'Fechar' }).click();
  await page.reload();
  await cardLink(page, 'Alfa').click();
  await expect(drawer(page).getByLabel('E-mail')).toHaveValue('isto não é um e-mail');

  await drawer(page).getByLabel('E-mail').fill('joana@padaria.com.br');
  await drawer(page).getByLabel('CNPJ').fill('');
  await drawer(page).getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer(page)).toHaveCount(0);
  const [lead] = (await company.fetchBoard(board.id)).leads;
  expect(lead).toMatchObject({ email: 'joana@padaria.com.br', cnpj: null });
});

test('only the fields one touched are sent, and others’ changes show while one writes', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa'] }, { value: '100.00' });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await cardLink(ana, 'Alfa').click();
  await drawer(ana).getByLabel('Valor').fill('150');
  // Whoever has left a field lets others into it.
  await drawer(ana).getByLabel('Título').focus();

  await cardLink(vera, 'Alfa').click();
  await drawer(vera).getByLabel('Valor').fill('120');
  await drawer(vera).getByLabel('Telefone').fill('11 98888-7777');
  await drawer(vera).getByRole('button', { name: 'Salvar' }).click();

  await expect(drawer(ana).getByText('Agora está: R$ 120,00.')).toBeVisible();
  await expect(drawer(ana).getByLabel('Telefone')).toHaveValue('11 98888-7777');
  await drawer(ana).getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer(ana)).toHaveCount(0);
  const [lead] = (await company.fetchBoard(board.id)).leads;
  expect(lead).toMatchObject({ value: '150.00', phone: '11 98888-7777' });
});

test('a title and Enter add deals one after another', async ({ company }) => {
  const board = await company.board({ Novo: [], Proposta: [] });
  const page = await openBoard(company, board);
  await column(page, 'Proposta')
    .getByRole('button', { name: 'Adicionar negócio em Proposta', exact: true })
    .click();
  const field = column(page, 'Proposta').getByLabel('Título do negócio');
  for (const title of ['Um', 'Dois', 'Três']) {
    await field.fill(title);
    await field.press('Enter');
  }
  await expect.poll(() => titlesIn(page, 'Proposta')).toEqual(['Um', 'Dois', 'Três']);
  await field.press('Escape');
  await expect(field).toHaveCount(0);
  await expect.poll(() => company.titles(board, 'Proposta')).toEqual(['Um', 'Dois', 'Três']);
});

test('stages are added, renamed, marked, moved and deleted in place', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'], Proposta: ['Beta'] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  const stages = (page: Page) =>
    page
      .getByRole('region')
      .evaluateAll((regions) => regions.map((region) => region.getAttribute('aria-label')));

  await ana.getByRole('button', { name: 'Adicionar etapa' }).click();
  await ana.getByLabel('Nome da etapa').fill('Fechado');
  await ana.getByLabel('Nome da etapa').press('Enter');
  await expect.poll(() => stages(vera)).toEqual(['Novo', 'Proposta', 'Fechado']);

  await ana.getByRole('button', { name: 'Ações da etapa Fechado' }).click();
  await ana.getByRole('menuitemradio', { name: 'Ganho' }).click();
  await expect(column(vera, 'Fechado').getByRole('img', { name: 'Ganho' })).toBeVisible();

  await column(ana, 'Novo').getByRole('heading', { name: 'Novo' }).dblclick();
  await ana.getByLabel('Nome da etapa').fill('Entrada');
  await ana.getByLabel('Nome da etapa').press('Enter');
  await expect.poll(() => stages(vera)).toEqual(['Entrada', 'Proposta', 'Fechado']);

  await ana.getByRole('button', { name: 'Ações da etapa Fechado' }).click();
  await ana.getByRole('menuitem', { name: 'Mover para a esquerda' }).click();
  await expect.poll(() => stages(vera)).toEqual(['Entrada', 'Fechado', 'Proposta']);

  await ana.getByRole('button', { name: 'Ações da etapa Entrada' }).click();
  await ana.getByRole('menuitem', { name: 'Excluir etapa' }).click();
  const question = ana.getByRole('dialog', { name: 'Excluir a etapa “Entrada”?' });
  await question.getByRole('combobox', { name: 'Mover os negócios para' }).click();
  await ana.getByRole('option', { name: 'Proposta' }).click();
  await question.getByRole('button', { name: 'Excluir' }).click();
  await expect.poll(() => stages(vera)).toEqual(['Fechado', 'Proposta']);
  await expect.poll(() => titlesIn(vera, 'Proposta')).toEqual(['Beta', 'Alfa']);

  // A seller works on the board and does not rebuild it.
  await expect(vera.getByRole('button', { name: 'Adicionar etapa' })).toHaveCount(0);
  await expect(vera.getByRole('button', { name: /Ações da etapa/ })).toHaveCount(0);
});

test('filters show what they say, count honestly and live in the address', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: ['Gama'] }, { value: '10.00' });
  const [first] = board.leads;
  await company.post('/leads', {
    board_id: board.id,
    title: 'Padaria São João',
    value: '99.90',
    priority: 'urgent',
    assigned_to: vera.user.id,
    expected_close_date: '2020-01-01',
  });
  const page = await openBoard(company, board);
  await page.getByLabel('Buscar no quadro').fill('sao joao');
  await expect(page.getByText('R$ 99,90 em 1 de 4 negócios')).toBeVisible();
  await expect(column(page, 'Novo')).toContainText('1 de 3');
  await expect(card(page, first?.title ?? '')).toHaveCount(0);
  await expect(page).toHaveURL(/q=sao/);
  await page.reload();
  await expect(page.getByText('R$ 99,90 em 1 de 4 negócios')).toBeVisible();
  await page.getByRole('button', { name: 'Limpar filtros' }).click();
  await expect(page.getByRole('article')).toHaveCount(4);

  await page.getByRole('button', { name: 'Filtrar' }).click();
  const urgent = page.getByText('Urgente', { exact: true });
  await urgent.click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await urgent.click();
  const overdue = page.getByRole('switch', { name: 'Só vencidos' });
  await overdue.click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await overdue.click();
  await page.getByLabel('Até').fill('50');
  await expect(page.getByText('R$ 30,00 em 3 de 4 negócios')).toBeVisible();
});

test('a board that is deleted says so to whoever has it open', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const page = await openBoard(company, board);
  await company.delete(`/boards/${board.id}`);
  await expect(page.getByRole('heading', { name: 'Este quadro foi excluído' })).toBeVisible();
  await page.getByRole('link', { name: 'Ver os quadros' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Quadros' })).toBeVisible();
  await expect(isLive(page)).toBeVisible();
});
