import { violations } from './axe';
import { card, cardLink, column, expect, openBoard, test, titlesIn } from './support';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen is accessible in the ${colorScheme} theme`, async ({ company, browser }) => {
    test.setTimeout(240_000);
    const vera = await company.person('Vera Lima', 'seller');
    const fields = {
      value: '1200.00',
      company: 'Padaria Pão & Cia',
      priority: 'urgent' as const,
      expected_close_date: '2020-01-01',
      assigned_to: vera.user.id,
    };
    const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: [] }, fields);
    const theme = { colorScheme, reducedMotion: 'reduce' as const };

    const outside = await browser.newContext({ ...test.info().project.use, ...theme });
    const guest = await outside.newPage();
    await guest.goto('/login');
    await expect(guest.getByRole('heading', { level: 1 })).toBeVisible();
    expect.soft(await violations(guest)).toEqual([]);
    await guest.goto('/register');
    await expect(guest.getByRole('heading', { level: 1 })).toBeVisible();
    expect.soft(await violations(guest)).toEqual([]);

    const page = await openBoard(company, board, company.admin, theme);
    await expect(card(page, 'Alfa')).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);

    await cardLink(page, 'Alfa').click();
    await expect(page.getByRole('dialog').getByLabel('Título')).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await cardLink(page, 'Beta').focus();
    await page.keyboard.press('m');
    await expect(page.getByRole('menuitem', { name: 'Mover para o topo' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Ações da etapa Novo' }).click();
    await expect(page.getByRole('menuitem', { name: 'Renomear' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Filtrar' }).click();
    await expect(page.getByRole('switch', { name: 'Só vencidos' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Ir para, criar, fazer' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    for (const path of ['/boards', '/boards?new=', '/users', '/settings', '/nada-aqui']) {
      await page.goto(path);
      await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
      expect.soft([path, await violations(page)]).toEqual([path, []]);
    }
    await page.goto('/boards/01990000-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { name: 'Este quadro não existe mais' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the past, others’ hands and what can be undone are accessible in the ${colorScheme} theme`, async ({
    company,
  }) => {
    const vera = await company.person('Vera Lima', 'seller');
    const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: [] });
    const theme = { colorScheme, reducedMotion: 'reduce' as const };
    const page = await openBoard(company, board, company.admin, theme);
    await page.getByRole('button', { name: 'Histórico' }).click();
    await expect(page.getByRole('region', { name: 'Histórico' })).toContainText('criou “Beta” em Novo');
    expect.soft(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Voltar ao vivo' }).click();

    const colleague = await openBoard(company, board, vera, theme);
    await cardLink(colleague, 'Beta').click();
    await colleague.getByRole('dialog').getByLabel('Valor').focus();
    await cardLink(page, 'Beta').click();
    await expect(page.getByRole('dialog').getByText('Vera está editando')).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Fechar' }).click();
    await cardLink(page, 'Alfa').focus();
    await page.keyboard.press('Alt+ArrowRight');
    await expect(page.getByText('“Alfa” foi para Proposta.')).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
  });
}

test('on a phone the board scrolls sideways, cards move by menu and the drawer fills the screen', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: [], Ganho: [] });
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const page = await openBoard(company, board, company.admin, phone);
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(390);

  await page.getByRole('button', { name: 'Ações de Alfa' }).tap();
  await page.getByRole('menuitem', { name: 'Ganho' }).tap();
  await expect.poll(() => titlesIn(page, 'Ganho')).toEqual(['Alfa']);
  await expect(column(page, 'Novo')).toContainText('Beta');

  await cardLink(page, 'Beta').tap();
  const drawer = page.getByRole('dialog', { name: 'Beta' });
  await expect(drawer.getByLabel('Título')).toBeVisible();
  await expect.poll(async () => (await drawer.boundingBox())?.width).toBe(390);
  await drawer.getByRole('button', { name: 'Fechar' }).tap();

  for (const path of ['/boards', '/users', '/settings']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect([path, await width()]).toEqual([path, 390]);
  }
  const bar = page.getByRole('navigation');
  await expect(bar.getByText('Quadros')).toBeVisible();
  await expect(bar.getByRole('link', { name: 'Pessoas' })).toBeHidden();
  await bar.getByRole('button', { name: 'Mais' }).tap();
  await page.getByRole('menuitem', { name: 'Pessoas' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Pessoas' })).toBeVisible();
});

test('the palette goes to boards and deals and does things', async ({ company }) => {
  const board = await company.board({ Novo: ['Reforma da loja'] });
  const page = await openBoard(company, board);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('reforma');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Reforma da loja' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('tema escuro');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('quadros');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/boards$/);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(board.name);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(board.id));

  await expect(page.getByRole('combobox')).toHaveCount(0);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Atalhos do teclado' })).toContainText('Mover o cartão');
});
