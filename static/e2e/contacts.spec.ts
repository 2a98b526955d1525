import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Contact } from '../src/api/types';
import { violations } from './axe';
import { card, expect, isLive, openBoard, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') });

test('a contact is written, warned about, bought something, and is deleted with its consequences told', async ({
  company,
}) => {
  await company.post('/contacts', { name: 'Marta Reis', phone: '11988887777' });
  await company.post('/products', { name: 'Cimento', price: '39.90' });
  await company.post('/companies', { name: 'Obras Lima' });
  const page = await company.open('/contacts');
  await page.getByRole('button', { name: 'Novo contato' }).click();
  const form = page.getByRole('dialog', { name: 'Novo contato' });
  await form.getByRole('textbox', { name: 'Nome', exact: true }).fill('Marta R. Reis');
  await form.getByLabel('Telefone').fill('11 8888-7777');
  await form.getByLabel('E-mail').fill('marta@');
  await expect(form.getByText('Já existe um contato parecido:')).toBeVisible();
  await expect(form.getByRole('link', { name: 'Marta Reis' })).toBeVisible();
  await expect(form.getByLabel('Telefone')).toHaveValue('(11) 98888-7777');
  await form.getByLabel('CPF').fill('52998224724');
  await form.getByRole('button', { name: 'Criar' }).click();
  await expect(form.getByText('Este CPF não confere.')).toBeVisible();
  await expect(form.getByText('Escreva um e-mail como nome@empresa.com.br.')).toBeVisible();

  await form.getByLabel('CPF').fill('529.982.247-25');
  await form.getByLabel('E-mail').fill('marta@exemplo.com.br');
  await form.getByRole('button', { name: 'Criar' }).click();
  await expect(form.getByText('Outro contato já tem este telefone.')).toBeVisible();
  await form.getByLabel('Telefone').fill('(11) 97777-6666');
  await form.getByLabel('Etiquetas').fill('vip');
  await form.getByLabel('Etiquetas').press('Enter');
  await form.getByLabel('Empresa').fill('obras');
  await page.getByRole('option', { name: /Obras Lima/ }).click();
  await form.getByRole('button', { name: 'Acrescentar um dado' }).click();
  await form.getByLabel('Nome do dado').fill('Aniversário');
  await form.getByRole('textbox', { name: 'Aniversário' }).fill('3 de dezembro');
  await form.getByRole('button', { name: 'Criar' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Marta R. Reis' })).toBeVisible();
  const facts = page.getByRole('region', { name: 'Dados' });
  await expect(facts).toContainText('(11) 97777-6666');
  await expect(facts).toContainText('529.982.247-25');
  await expect(facts).toContainText('3 de dezembro');
  await expect(facts.getByRole('link', { name: 'Obras Lima' })).toBeVisible();

  await page.getByRole('button', { name: 'Acrescentar pedido' }).click();
  const order = page.getByRole('dialog', { name: 'Novo pedido' });
  await order.getByRole('combobox', { name: 'Produto' }).click();
  await page.getByRole('option', { name: 'Cimento' }).click();
  await expect(order.getByLabel('Valor')).toHaveValue('R$ 39,90');
  await order.getByLabel('Valor').fill('400');
  await order.getByRole('button', { name: 'Acrescentar pedido' }).click();
  const purchases = page.getByRole('region', { name: 'Compras' });
  await expect(purchases.getByRole('listitem')).toContainText('Cimento');
  await expect(purchases.getByRole('definition').first()).toContainText('hoje');
  await expect(purchases.getByRole('definition').nth(1)).toHaveText(/R\$\s400/);

  await page.getByRole('button', { name: 'Editar' }).click();
  const edit = page.getByRole('dialog', { name: 'Editar Marta R. Reis' });
  await edit.getByLabel('Região').fill('Zona Sul');
  await edit.getByRole('button', { name: 'Salvar' }).click();
  await expect(edit).toBeHidden();
  await expect(page.getByRole('region', { name: 'Histórico' })).toContainText('Região: Zona Sul');

  await page.getByRole('button', { name: 'Mais opções' }).click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  const question = page.getByRole('dialog', { name: 'Excluir Marta R. Reis?' });
  await expect(question).toContainText('1 compra deste contato');
  await question.getByRole('button', { name: 'Excluir' }).click();
  await expect(page).toHaveURL(/\/contacts$/);
  await expect(page.getByRole('link', { name: 'Marta Reis' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Marta R. Reis' })).toHaveCount(0);
});

test('two contacts that are one are merged after one has seen what comes of it', async ({ company }) => {
  const one = await company.post<Contact>('/contacts', {
    name: 'Joana Lima',
    email: 'joana@exemplo.com.br',
    tags: ['vip'],
  });
  const other = await company.post<Contact>('/contacts', {
    name: 'Joana Lima',
    phone: '11977776666',
    tags: ['obra'],
  });
  for (const [contact, value] of [
    [one, '10.00'],
    [other, '5.50'],
  ] as const)
    await company.post('/orders', { contact_id: contact.id, value, ordered_at: '2026-10-05' });
  const page = await company.open(`/contacts/${one.id}`);
  const hint = page.getByRole('region', { name: 'Já existe um contato parecido:' });
  await hint.getByRole('button', { name: 'Juntar' }).click();
  const dialog = page.getByRole('dialog', { name: 'Juntar Joana Lima com outro contato' });
  const preview = dialog.getByRole('region', { name: 'Como vai ficar' });
  await expect(preview).toContainText('(11) 97777-6666');
  await expect(preview).toContainText('joana@exemplo.com.br');
  await expect(preview).toContainText(/2 compras · R\$\s15,50/);
  await dialog.getByRole('button', { name: 'Juntar' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Compras' }).getByRole('listitem')).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Dados' })).toContainText('obra');
  await expect(hint).toHaveCount(0);
  await page.goto(`/contacts/${other.id}`);
  await expect(page.getByRole('heading', { name: 'Este contato não existe mais' })).toBeVisible();
});

test('what one writes of contacts and orders the other sees by itself', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const marta = await company.post<Contact>('/contacts', { name: 'Marta Reis' });
  const list = await company.open('/contacts', vera);
  const details = await company.open(`/contacts/${marta.id}`, vera);
  const mine = await company.open(`/contacts/${marta.id}`);
  await expect(list.getByText('1 contato', { exact: true })).toBeVisible();
  for (const page of [list, details, mine]) await expect(isLive(page)).toBeVisible();

  await mine.getByRole('button', { name: 'Acrescentar pedido' }).click();
  const order = mine.getByRole('dialog', { name: 'Novo pedido' });
  await order.getByLabel('Valor').fill('250');
  await order.getByRole('button', { name: 'Acrescentar pedido' }).click();
  await expect(details.getByRole('region', { name: 'Compras' }).getByRole('listitem')).toHaveCount(1);
  await expect(rows(list)).toContainText(['R$ 250']);
  await expect(rows(list)).toContainText(['hoje']);

  await company.put(`/contacts/${marta.id}`, { name: 'Marta Nova' });
  await expect(details.getByRole('heading', { level: 1, name: 'Marta Nova' })).toBeVisible();
  await expect(list.getByRole('link', { name: 'Marta Nova' })).toBeVisible();
  await company.delete(`/contacts/${marta.id}`);
  await expect(details.getByRole('heading', { name: 'Este contato não existe mais' })).toBeVisible();
  await expect(list.getByRole('heading', { name: 'Nenhum contato ainda' })).toBeVisible();
});

test('the list is searched, filtered, sorted and paged, and its address tells how', async ({ company }) => {
  for (let number = 1; number <= 26; number += 1)
    await company.post('/contacts', { name: `Cliente ${String(number).padStart(2, '0')}` });
  const rosa = await company.post<Contact>('/contacts', {
    name: 'Rosa São Jorge',
    phone: '11977776666',
    tags: ['vip'],
    region: 'Zona Sul',
  });
  await company.post('/orders', { contact_id: rosa.id, value: '10.00', number: 'A-1' });
  const page = await company.open('/contacts');
  await expect(page.getByText('27 contatos')).toBeVisible();
  await expect(rows(page)).toHaveCount(25);
  await page.getByRole('button', { name: 'Próxima página' }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Total comprado' }).click();
  await expect(page).toHaveURL(/sort=-total_spent/);
  await expect(rows(page).first()).toContainText('Rosa São Jorge');
  await page.getByRole('searchbox').fill('(11) 97777');
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'vip', exact: true }).click();
  await expect(page).toHaveURL(/tag=vip/);
  await page.getByRole('combobox', { name: 'Compras' }).click();
  await page.getByRole('option', { name: 'Nunca compraram' }).click();
  await expect(page.getByRole('heading', { name: 'Nenhum contato encontrado' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('(11) 97777');
  await page.getByRole('button', { name: 'Limpar filtros' }).click();
  await expect(rows(page)).toHaveCount(25);

  await page.goto('/products/orders?search=a-1');
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Rosa São Jorge' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Rosa São Jorge' })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Ir para, criar, fazer' }).fill('cliente 07');
  await page.getByRole('option', { name: 'Cliente 07' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Cliente 07' })).toBeVisible();
});

/** Some hundred orders, as a spreadsheet here writes them; every fiftieth row is wrong. */
function spreadsheet(count: number): Buffer {
  const lines = Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const phone = number % 50 === 0 ? '12' : `(11) 9${String(70_000_000 + number)}`;
    return `Cliente ${number};${phone};P-${number};05/10/2026;1.234,50;Cimento;azul`;
  });
  return Buffer.from(['Quem;Celular;Pedido;Data do Pedido;Valor;Produto;Cor', ...lines, ''].join('\r\n'));
}

test('a file of some hundred orders is looked at, imported, told about, and imported again without doubling', async ({
  company,
}) => {
  test.setTimeout(120_000);
  const page = await company.open('/contacts');
  await page.getByRole('button', { name: 'Importar e exportar' }).click();
  await page.getByRole('menuitem', { name: 'Importar de um arquivo' }).click();
  const send = async () => {
    const file = { name: 'pedidos.csv', mimeType: 'text/csv', buffer: spreadsheet(400) };
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByRole('region', { name: 'Onde está cada dado' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Importar' })).toBeDisabled();
    await expect(page.getByText('2 colunas não serão usadas: Quem, Cor.')).toBeVisible();
    await page.getByRole('combobox', { name: 'Nome', exact: true }).click();
    await page.getByRole('option', { name: 'Quem' }).click();
    await expect(page.getByRole('cell', { name: 'Cliente 1', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Importar' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'pedidos.csv' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Concluída' })).toBeVisible({ timeout: 30_000 });
  };
  const figures = page.getByRole('region', { name: 'Andamento' });
  await send();
  await expect(figures).toContainText('novos392');
  await expect(figures).toContainText('recusadas8');
  const rejected = page.getByRole('region', { name: 'Linhas recusadas' });
  await expect(rejected.getByRole('row').nth(1)).toContainText('51TelefoneEscreva um telefone com DDD');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Baixar as recusadas' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('recusadas-pedidos.csv');
  const text = await readFile(await file.path(), 'utf8');
  expect(text.split('\r\n').slice(0, 2)).toEqual([
    '\uFEFFQuem;Celular;Pedido;Data do Pedido;Valor;Produto;Cor;Motivo',
    'Cliente 50;12;P-50;05/10/2026;1.234,50;Cimento;azul;Telefone: Escreva um telefone com DDD, como (11) 98888-7777.',
  ]);

  await page.getByRole('link', { name: 'Ver os contatos' }).click();
  await expect(page.getByText('392 contatos')).toBeVisible();
  await page.goto('/contacts/import');
  await expect(page.getByRole('link', { name: 'pedidos.csv' })).toBeVisible();
  await send();
  await expect(figures).toContainText('novos0');
  await expect(figures).toContainText('atualizados392');
  const orders = await company.get<{ total: number }>('/orders');
  expect(orders.total).toBe(392);

  await page.getByRole('link', { name: 'Ver os contatos' }).click();
  await page.getByRole('button', { name: 'Importar e exportar' }).click();
  const [all] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Exportar todos (CSV)' }).click(),
  ]);
  const lines = (await readFile(await all.path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(393);
});

test('an import that one leaves can be found again', async ({ company }) => {
  const page = await company.open('/contacts/import');
  // The server takes its time.
  let held = true;
  await page.route('**/api/v1/imports/*', async (route) => {
    const answer = await route.fetch();
    const json = { ...((await answer.json()) as object), ...(held && { status: 'running' }) };
    await route.fulfill({ response: answer, json });
  });
  const buffer = Buffer.from('nome,celular\nMarta Reis,11988887777\nRui,12\n');
  await page.locator('input[type=file]').setInputFiles({ name: 'poucos.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Importar' }).click();
  await expect(page.getByRole('heading', { name: 'Importando' })).toBeVisible();
  await page.goto('/contacts');
  const running = page.getByRole('region', { name: 'Importar contatos' });
  await expect(running).toContainText('poucos.csv: Importando');
  held = false;
  await expect(running).toContainText('1 novos, 0 atualizados, 1 linhas recusadas');
  await running.getByRole('link', { name: 'Ver' }).click();
  await expect(page.getByRole('heading', { name: 'Concluída' })).toBeVisible();
  await page.getByRole('link', { name: 'Ver os contatos' }).click();
  await expect(page.getByRole('link', { name: 'Marta Reis' })).toBeVisible();
  await expect(running).toHaveCount(0);
});

test('a product is written, taken off sale and deleted with its consequences told', async ({ company }) => {
  const marta = await company.post<Contact>('/contacts', { name: 'Marta Reis' });
  const page = await company.open('/products');
  await page.getByRole('button', { name: 'Cadastrar o primeiro produto' }).click();
  const form = page.getByRole('dialog', { name: 'Novo produto' });
  await form.getByRole('textbox', { name: 'Nome', exact: true }).fill('Cimento');
  await form.getByLabel('Preço').fill('39,9');
  await form.getByLabel('Código').fill('CIM-50');
  await form.getByRole('button', { name: 'Criar' }).click();
  await expect(rows(page)).toContainText([/Cimento.*CIM-50.*À venda.*R\$\s39,90/]);
  await page.getByRole('button', { name: 'Opções de Cimento' }).click();
  await page.getByRole('menuitem', { name: 'Tirar de venda' }).click();
  await expect(rows(page)).toContainText(['Fora de venda']);
  const { items } = await company.get<{ items: { id: string }[] }>('/products');
  await company.post('/orders', { contact_id: marta.id, product_id: items[0]?.id, value: '10.00' });
  await page.getByRole('button', { name: 'Opções de Cimento' }).click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  const question = page.getByRole('dialog', { name: 'Excluir Cimento?' });
  await expect(question).toContainText('1 pedido deixa de dizer o que foi comprado');
  await question.getByRole('button', { name: 'Excluir' }).click();
  await expect(page.getByRole('heading', { name: 'Nenhum produto ainda' })).toBeVisible();
});

test('a deal is linked to a contact found by phone while one types, and leads there', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const marta = await company.post<Contact>('/contacts', {
    name: 'Marta Reis',
    phone: '11988887777',
    email: 'marta@exemplo.com.br',
  });
  const board = await company.board({ Novo: ['Forno'] });
  const page = await openBoard(company, board, vera);
  await card(page, 'Forno').getByRole('link', { name: 'Forno' }).click();
  const drawer = page.getByRole('dialog', { name: 'Forno' });
  const field = drawer.getByLabel('Nome do contato');
  await field.fill('11 98888');
  await page.getByRole('option', { name: /Marta Reis/ }).click();
  await expect(field).toHaveValue('Marta Reis');
  await expect(drawer.getByLabel('Telefone')).toHaveValue('(11) 98888-7777');
  await expect(drawer.getByLabel('E-mail')).toHaveValue('marta@exemplo.com.br');
  await drawer.getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer).toHaveCount(0);
  const lead = (await company.fetchBoard(board.id)).leads[0];
  expect(lead?.contact_id).toBe(marta.id);
  await card(page, 'Forno').getByRole('link', { name: 'Forno' }).click();
  await drawer.getByRole('link', { name: 'Abrir Marta Reis' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Marta Reis' })).toBeVisible();
});

test('who may only look at contacts is asked for nothing more', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const made = await company.post<Contact>('/contacts', { name: 'Marta Reis' });
  const page = await company.open(`/contacts/${made.id}`, vera);
  await expect(page.getByRole('button', { name: 'Editar' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mais opções' })).toHaveCount(0);
  await page.goto('/contacts/import');
  await expect(page.getByRole('heading', { name: 'Seu papel não permite isso.' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`contacts, orders, products and imports are accessible and fit a phone, ${colorScheme}`, async ({
    company,
  }) => {
    test.setTimeout(300_000);
    const made = await company.post<Contact>('/contacts', {
      name: 'Marta Reis',
      phone: '11988887777',
      email: 'marta.reis.da.silva.e.souza@construtora-exemplo.com.br',
      tags: ['vip', 'construtora'],
      region: 'Zona Sul',
      owner_id: company.admin.user.id,
      notes: 'Prefere contato pela manhã',
    });
    await company.post('/contacts', { name: 'Marta Reis' });
    const product = await company.post<{ id: string }>('/products', { name: 'Cimento', price: '39.90' });
    await company.post('/orders', {
      contact_id: made.id,
      product_id: product.id,
      value: '400.00',
      number: 'A-1',
    });
    const paths = [
      '/contacts',
      '/contacts?new=',
      `/contacts/${made.id}`,
      '/contacts/import',
      '/products',
      '/products?new=',
      '/products/orders',
    ];
    for (const [size, options] of [
      ['desktop', {}],
      ['phone', PHONE],
    ] as const) {
      const page = await company.open('/contacts', company.admin, {
        ...options,
        colorScheme,
        reducedMotion: 'reduce',
      });
      const check = async (where: string) => {
        expect.soft([size, where, await violations(page)]).toEqual([size, where, []]);
        if (size !== 'phone') return;
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect.soft([where, width]).toEqual([where, 390]);
      };
      for (const path of paths) {
        await page.goto(path);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        await check(path);
      }
      await page.goto('/contacts');
      const region = page.getByRole('combobox', { name: 'Região' });
      if (size === 'phone') {
        await expect(region).toBeHidden();
        await page.getByRole('button', { name: 'Filtros' }).tap();
      }
      await region.fill('Zona Sul');
      await region.press('Enter');
      await expect(page.getByText('1 contato', { exact: true })).toBeVisible();
      await check('filters');
      await page.goto(`/contacts/${made.id}`);
      await page.getByRole('button', { name: 'Juntar' }).click();
      await expect(page.getByRole('region', { name: 'Como vai ficar' })).toBeVisible();
      await check('merge');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Acrescentar pedido' }).click();
      await expect(page.getByRole('dialog', { name: 'Novo pedido' })).toBeVisible();
      await check('order');

      await page.goto('/contacts/import');
      const buffer = Buffer.from('nome,celular,cor\nMarta Reis,11988887777,azul\nRui,12,verde\n');
      await page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer });
      await expect(page.getByRole('region', { name: 'Onde está cada dado' })).toBeVisible();
      await check('columns');
      await page.getByRole('button', { name: 'Importar' }).click();
      await expect(page.getByRole('heading', { name: 'Concluída' })).toBeVisible();
      await check('result');
    }
  });
}
