import type { Page } from '@playwright/test';
import { card, cardLink, column, expect, openBoard, pickUp, test, titlesIn } from './support';

const lookers = (page: Page) => page.getByRole('list', { name: 'Quem está vendo este quadro agora' });
const drawer = (page: Page) => page.getByRole('dialog');

test('one sees who looks at the board, since when, and that they have left', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const vera = await company.person('Vera Lima', 'seller');
  const ana = await openBoard(company, board);
  await expect(lookers(ana)).toHaveCount(0);

  const first = await openBoard(company, board, vera);
  const second = await openBoard(company, board, vera);
  await expect(lookers(ana).getByRole('img', { name: /^Vera Lima, vendo o quadro. Aqui desde/ })).toHaveCount(
    1,
  );
  await expect(lookers(first).getByRole('img', { name: /^Helena Duarte/ })).toHaveCount(1);

  await first.context().close();
  await expect(lookers(ana).getByRole('listitem')).toHaveCount(1);
  await second.getByRole('link', { name: 'Quadros' }).first().click();
  await expect(lookers(ana)).toHaveCount(0);
});

test('a card in somebody’s hand carries their name and cannot be grabbed', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Ganho: [] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await expect(lookers(ana)).toBeVisible();

  await pickUp(vera, card(vera, 'Alfa'), column(vera, 'Ganho'));
  const chip = column(ana, 'Novo').getByText('arrastando: Vera');
  await expect(chip).toBeVisible();
  await pickUp(ana, card(ana, 'Alfa'), column(ana, 'Ganho'));
  await expect(ana.locator('[data-held]')).toHaveCount(0);
  await ana.mouse.up();
  await cardLink(ana, 'Alfa').focus();
  await ana.keyboard.press('Alt+ArrowDown');
  await expect(ana.getByText('Vera está arrastando Alfa.')).toBeAttached();
  expect(await titlesIn(ana, 'Novo')).toEqual(['Alfa', 'Beta']);

  await vera.mouse.up();
  await expect(chip).toHaveCount(0);
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa']);
  await cardLink(ana, 'Alfa').focus();
  await ana.keyboard.press('Alt+ArrowLeft');
  await expect.poll(() => titlesIn(vera, 'Novo')).toContain('Alfa');
});

test('a field that somebody writes in is theirs until one takes it over, and nothing typed is lost', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const ana = await openBoard(company, board, await company.person('Ana Souza', 'attendant'));
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await cardLink(ana, 'Alfa').click();
  await cardLink(vera, 'Alfa').click();

  await drawer(ana).getByLabel('Descrição').fill('Quer entrega na sexta');
  await expect(drawer(vera).getByText('Ana está editando')).toBeVisible();
  await expect(drawer(vera).getByLabel('Descrição')).toBeDisabled();
  await expect(drawer(vera).getByLabel('Título')).toBeEnabled();

  // Taking over is told from beginning at once by time.
  await vera.waitForFunction((at) => Date.now() - at > 1_100, await vera.evaluate(() => Date.now()));
  await drawer(vera).getByRole('button', { name: 'Assumir' }).click();
  await expect(drawer(vera).getByLabel('Descrição')).toBeFocused();
  await expect(
    drawer(ana).getByText('Vera assumiu este campo. O que você escreveu está guardado.'),
  ).toBeVisible();
  await expect(drawer(ana).getByLabel('Descrição')).toBeDisabled();
  await expect(drawer(ana).getByLabel('Descrição')).toHaveValue('Quer entrega na sexta');

  await drawer(vera).getByLabel('Descrição').fill('Quer entrega no sábado');
  await drawer(vera).getByRole('button', { name: 'Salvar' }).click();
  await expect(drawer(vera)).toHaveCount(0);
  await expect(drawer(ana).getByLabel('Descrição')).toBeEnabled();
  await expect(drawer(ana).getByLabel('Descrição')).toHaveValue('Quer entrega na sexta');
  await expect(drawer(ana).getByText('Ao salvar, vale o que você escreveu.')).toBeVisible();
});

test('without a connection nobody is shown, and with it everybody again', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await expect(lookers(ana)).toBeVisible();
  await ana.context().setOffline(true);
  await expect(lookers(ana)).toHaveCount(0, { timeout: 20_000 });
  await ana.context().setOffline(false);
  await expect(lookers(ana)).toBeVisible({ timeout: 20_000 });
  await expect(lookers(vera).getByRole('listitem')).toHaveCount(1);
});
