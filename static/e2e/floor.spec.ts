import type { Locator, Page } from '@playwright/test';
import { violations } from './axe';
import { type Company, expect, isLive, pickUp, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** A seller who closes the browser has half a minute to come back; the server needs some seconds to notice. */
const GRACE = { timeout: 60_000 };
const DAY_MS = 86_400_000;

/** A client who last bought so many days ago, at noon. */
async function client(company: Company, name: string, days: number): Promise<string> {
  const number = String(days).padStart(4, '0');
  const { id } = await company.post<{ id: string }>('/contacts', {
    name,
    phone: `+55119${number}1000`,
    region: 'Zona Sul',
  });
  const day = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  await company.post('/orders', { contact_id: id, value: '120.00', ordered_at: `${day}T15:00:00Z` });
  return id;
}

async function clients(company: Company, days: readonly number[]): Promise<void> {
  for (const day of days) await client(company, `Cliente ${day}`, day);
}

async function openFloor(...[company, person, options]: [Company, ...unknown[]]): Promise<Page> {
  const page = await company.open('/floor', person as Parameters<Company['open']>[1], options as object);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(isLive(page)).toBeVisible();
  return page;
}

const column = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const chip = (page: Page | Locator, name: string): Locator =>
  page.getByRole('article', { name, exact: true });
const namesIn = (where: Page | Locator): Promise<string[]> =>
  where
    .getByRole('article')
    .evaluateAll((articles) => articles.map((article) => article.getAttribute('aria-label') ?? ''));

test('three windows: a client dragged from one seller to the other, a contact by thumb, and a seller who goes', async ({
  company,
}) => {
  test.setTimeout(240_000);
  const [vera, vitor] = [
    await company.person('Vera Lima', 'seller'),
    await company.person('Vitor Reis', 'seller'),
  ];
  await clients(company, [32, 36, 41, 46, 52, 58]);
  const admin = await openFloor(company);
  await expect(admin.getByText('Ninguém no balcão agora')).toBeVisible();
  await expect.poll(() => namesIn(column(admin, 'Sem vendedor'))).toHaveLength(6);

  const veras = await openFloor(company, vera);
  await expect.poll(() => namesIn(veras)).toHaveLength(6);
  await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toHaveLength(6);
  const vitors = await openFloor(company, vitor, PHONE);
  await expect.poll(() => namesIn(vitors)).toHaveLength(3);
  await expect(veras.getByText('3 clientes foram para outras pessoas.')).toBeVisible();
  await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toHaveLength(3);
  await expect.poll(() => namesIn(column(admin, 'Vitor Reis'))).toHaveLength(3);

  const before = await namesIn(column(admin, 'Vera Lima'));
  const moved = before[0] ?? '';
  await test.step('dragged, the client is with the other seller at once, in all three windows', async () => {
    await pickUp(admin, chip(admin, moved), column(admin, 'Vitor Reis').getByRole('article').last());
    await expect(column(admin, 'Vitor Reis')).toHaveAttribute('data-over', 'true');
    await admin.mouse.up();
    await expect.poll(() => namesIn(column(admin, 'Vitor Reis'))).toContain(moved);
    await expect(chip(column(admin, 'Vera Lima'), moved)).toHaveCount(0);
    await expect(chip(veras, moved)).toHaveCount(0);
    await expect(chip(vitors, moved)).toHaveCount(1);
    // Together with those who came with Vitor, if that was a moment ago.
    await expect(vitors.getByText(/^Cheg(ou|aram) \d clientes? para você\.$/)).toBeVisible();
    await expect(column(admin, 'Vitor Reis')).toContainText('4 a contatar');
  });

  await test.step('a thumb marks a contact, and the admin sees it', async () => {
    await vitors.getByRole('button', { name: `Contatado: ${moved}` }).tap();
    await expect(chip(vitors, moved)).toHaveCount(0);
    await expect(column(admin, 'Vitor Reis')).toContainText('3 a contatar · 1 contatado');
    await expect(admin.getByText(`Vitor Reis contatou ${moved}`)).toBeVisible();
    await vitors.getByRole('button', { name: 'Anotar resultado' }).tap();
    const sheet = vitors.getByRole('dialog', { name: moved });
    await sheet.getByText('Vendeu', { exact: true }).tap();
    await sheet.getByLabel('Anotações').fill('Vinte sacos');
    await sheet.getByRole('button', { name: 'Salvar' }).tap();
    await vitors.getByText('Contatados (1)').tap();
    await expect(chip(vitors, moved)).toContainText('Vendeu');
    await column(admin, 'Vitor Reis').getByRole('button', { name: '1 contatado' }).click();
    await expect(chip(column(admin, 'Vitor Reis'), moved)).toContainText('Vendeu');
  });

  await test.step('what somebody placed by hand goes back to even only when it is redistributed', async () => {
    const [left] = await namesIn(column(admin, 'Vera Lima'));
    await chip(admin, left ?? '')
      .getByRole('button', { name: /^Ações de/ })
      .click();
    await admin.getByRole('menuitem', { name: /Vitor Reis/ }).click();
    await expect(column(admin, 'Vitor Reis')).toContainText('4 a contatar');
    await admin.getByRole('button', { name: 'Redistribuir' }).click();
    const dialog = admin.getByRole('dialog', { name: 'Redistribuir os clientes' });
    await expect(dialog.getByText(/clientes? mudam?: Vitor −\d, Vera \+\d/)).toBeVisible();
    expect.soft(await violations(admin)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redistribuir' }).click();
    await expect(dialog).toBeHidden();
    const counts = async () =>
      Promise.all(
        ['Vera Lima', 'Vitor Reis'].map(async (name) =>
          (await column(admin, name).locator('p').first().innerText()).slice(0, 1),
        ),
      );
    await expect.poll(async () => (await counts()).sort()).toEqual(['2', '3']);
  });

  await test.step('one closes the browser: after the grace the clients are with the other', async () => {
    const known = Number(await veras.getByRole('article').count());
    await vitors.context().close();
    await expect(column(admin, 'Vera Lima')).toContainText('5 a contatar', GRACE);
    await expect.poll(() => veras.getByRole('article').count()).toBe(5);
    expect(known).toBeLessThan(5);
    await expect(column(admin, 'Fora do balcão')).toContainText('Vitor Reis');
    await expect(column(admin, 'Fora do balcão')).toContainText('0 a contatar · 1 contatado');
  });
});

test('clients selected together move together, come back by undo, and wait with nobody when released', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  await clients(company, [33, 45, 57]);
  await openFloor(company, vera);
  const admin = await openFloor(company);
  await expect
    .poll(() => namesIn(column(admin, 'Vera Lima')))
    .toEqual(['Cliente 57', 'Cliente 45', 'Cliente 33']);
  for (const name of ['Cliente 57', 'Cliente 33']) await admin.getByLabel(`Selecionar ${name}`).check();
  await pickUp(admin, chip(admin, 'Cliente 33'), column(admin, 'Sem vendedor'));
  await admin.mouse.up();
  await expect.poll(() => namesIn(column(admin, 'Sem vendedor'))).toEqual(['Cliente 57', 'Cliente 33']);
  await expect(admin.getByText('2 clientes ficaram sem vendedor.')).toBeVisible();
  await admin.getByRole('button', { name: 'Desfazer' }).click();
  await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toHaveLength(3);

  // By keys alone.
  await chip(admin, 'Cliente 45').getByRole('link').focus();
  await admin.keyboard.press('m');
  await admin.getByRole('menuitem', { name: 'Sem vendedor' }).press('Enter');
  await expect.poll(() => namesIn(column(admin, 'Sem vendedor'))).toEqual(['Cliente 45']);

  // Filters.
  await admin.getByText('30–45', { exact: true }).click();
  await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toEqual(['Cliente 33']);
  await admin.getByText('Limpar filtros').click();
  await admin.getByRole('searchbox').fill('57');
  await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toEqual(['Cliente 57']);
});

test('a contact without a connection is kept, said to be so, and sent when it is back', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  await clients(company, [35, 55]);
  const admin = await openFloor(company);
  const page = await openFloor(company, vera, PHONE);
  await expect.poll(() => namesIn(page)).toEqual(['Cliente 55', 'Cliente 35']);
  await page.context().setOffline(true);
  await expect(page.getByRole('button', { name: 'Sem conexão' })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Contatado: Cliente 55' }).tap();
  await expect.poll(() => namesIn(page)).toEqual(['Cliente 35']);
  await page.getByText('Contatados (1)').tap();
  await expect(chip(page, 'Cliente 55')).toContainText('Guardado aqui. Vai quando a conexão voltar.');
  await expect(column(admin, 'Vera Lima')).toContainText('2 a contatar');
  await page.context().setOffline(false);
  await expect(column(admin, 'Vera Lima')).toContainText('1 a contatar · 1 contatado', { timeout: 20_000 });
  await expect(chip(page, 'Cliente 55')).not.toContainText('Guardado aqui');
});

test('a pause gives the clients away, coming back brings them, and rules are changed', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  await clients(company, [35, 55]);
  const admin = await openFloor(company);
  const page = await openFloor(company, vera);
  await expect.poll(() => namesIn(page)).toHaveLength(2);
  await page.getByRole('button', { name: 'No balcão' }).click();
  await page.getByRole('menuitem', { name: 'Pausar' }).click();
  const question = page.getByRole('dialog', { name: 'Fazer uma pausa?' });
  await expect(question).toContainText('Seus 2 clientes a contatar vão na hora');
  await question.getByRole('button', { name: 'Pausar' }).click();
  await expect(page.getByRole('heading', { name: 'Você está em pausa' })).toBeVisible();
  await expect(column(admin, 'Fora do balcão')).toContainText('Em pausa');
  await expect.poll(() => namesIn(column(admin, 'Sem vendedor'))).toHaveLength(2);
  await page.getByRole('main').getByRole('button', { name: 'Voltar ao balcão' }).click();
  await expect.poll(() => namesIn(page)).toHaveLength(2);

  await admin.getByRole('button', { name: 'Mais ações do balcão' }).click();
  await admin.getByRole('menuitem', { name: 'Regras da distribuição' }).click();
  const rules = admin.getByRole('dialog', { name: 'Regras da distribuição' });
  await rules.getByLabel('Até (dias)').fill('20');
  await rules.getByRole('button', { name: 'Salvar' }).click();
  await expect(rules.getByText('Não pode ser menos que o começo.')).toBeVisible();
  await rules.getByLabel('Até (dias)').fill('50');
  await rules.getByRole('radio', { name: 'Por peso' }).check();
  await rules.getByLabel('Peso de Vera Lima').fill('3');
  await rules.getByRole('button', { name: 'Salvar' }).click();
  await expect(rules).toBeHidden();
  // Who bought 55 days ago is no longer to be dealt.
  await expect.poll(() => namesIn(page)).toEqual(['Cliente 35']);
  const saved = await company.get<{ method: string; to_days: number }>('/distribution/settings');
  expect([saved.method, saved.to_days]).toEqual(['weighted', 50]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, options] of [
    ['desktop', {}],
    ['phone', PHONE],
  ] as const) {
    test(`the floor is accessible in the ${colorScheme} theme on a ${size}`, async ({ company }) => {
      test.setTimeout(120_000);
      const vera = await company.person('Vera Lima', 'seller');
      await company.person('Vitor Reis', 'seller');
      await clients(company, [10, 33, 47, 75, 120]);
      const theme = { colorScheme, reducedMotion: 'reduce' as const, ...options };
      const mine = await openFloor(company, vera, theme);
      await expect.poll(() => namesIn(mine)).toHaveLength(2);
      const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      expect.soft(await violations(mine)).toEqual([]);
      expect(await fits(mine)).toBe(true);
      await mine.getByRole('button', { name: 'Contatado com resultado: Cliente 47' }).click();
      const sheet = mine.getByRole('dialog', { name: 'Cliente 47' });
      await expect(sheet).toBeVisible();
      const room = mine.viewportSize()?.width ?? 0;
      expect(await sheet.evaluate((dialog) => dialog.getBoundingClientRect().right)).toBeLessThanOrEqual(
        room,
      );
      expect.soft(await violations(mine)).toEqual([]);
      await mine.getByRole('dialog').getByText('Não atendeu').click();
      await mine.getByRole('dialog').getByRole('button', { name: 'Contatado' }).click();
      await mine.getByText('Contatados (1)').click();
      await expect(chip(mine, 'Cliente 47')).toContainText('Não atendeu');
      expect.soft(await violations(mine)).toEqual([]);

      const admin = await openFloor(company, company.admin, theme);
      await expect.poll(() => namesIn(column(admin, 'Vera Lima'))).toEqual(['Cliente 33']);
      expect.soft(await violations(admin)).toEqual([]);
      expect(await fits(admin)).toBe(true);
      await chip(admin, 'Cliente 33').getByRole('link').click();
      await expect(admin.getByRole('dialog').getByRole('heading', { name: 'Cliente 33' })).toBeVisible();
      await expect(admin.getByRole('dialog').getByText(/R\$\s120,00$/)).toBeVisible();
      expect.soft(await violations(admin)).toEqual([]);
      await admin.keyboard.press('Escape');
      await admin.getByRole('button', { name: 'Mais ações do balcão' }).click();
      await admin.getByRole('menuitem', { name: 'Regras da distribuição' }).click();
      await expect(admin.getByLabel('Até (dias)')).toBeVisible();
      expect.soft(await violations(admin)).toEqual([]);
      await admin.keyboard.press('Escape');
      await admin.getByRole('link', { name: 'Clientes', exact: true }).click();
      await expect(admin.getByText('5 clientes')).toBeVisible();
      expect.soft(await violations(admin)).toEqual([]);
      expect(await fits(admin)).toBe(true);
      await admin.getByRole('link', { name: 'Desempenho' }).click();
      await expect(admin.getByRole('region', { name: 'Por vendedor' })).toContainText('Vera Lima');
      expect.soft(await violations(admin)).toEqual([]);
      expect(await fits(admin)).toBe(true);
    });
  }
}
