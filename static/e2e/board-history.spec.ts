import type { Page } from '@playwright/test';
import { card, cardLink, column, drag, expect, openBoard, test, titlesIn } from './support';

const bar = (page: Page) => page.getByRole('region', { name: 'Histórico' });
const slider = (page: Page) => page.getByRole('slider', { name: 'Momento da história do quadro' });
const openHistory = async (page: Page) => {
  await page.getByRole('button', { name: 'Histórico' }).click();
  await expect(slider(page)).toBeEnabled();
};

test('the past of a board is looked at step by step, while the live board goes on behind it', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: [], Ganho: [] });
  const vera = await company.person('Vera Lima', 'seller');
  const ana = await openBoard(company, board);
  const other = await openBoard(company, board, vera);
  await drag(other, card(other, 'Alfa'), column(other, 'Proposta'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Alfa']);
  await drag(other, card(other, 'Alfa'), column(other, 'Ganho'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa']);

  await openHistory(ana);
  await expect(bar(ana)).toContainText('Vera Lima moveu “Alfa” de Proposta para Ganho');
  await slider(ana).press('ArrowLeft');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Alfa']);
  await expect(bar(ana)).toContainText('Vera Lima moveu “Alfa” de Novo para Proposta');
  await expect(card(ana, 'Alfa')).toHaveAttribute('data-marked');
  await slider(ana).press('ArrowLeft');
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Alfa', 'Beta']);
  await slider(ana).press('Home');
  await expect.poll(() => ana.getByRole('article').count()).toBe(0);
  await expect(bar(ana)).toContainText('O começo da história deste quadro');

  // The past is looked at, not changed.
  await slider(ana).press('ArrowRight');
  await cardLink(ana, 'Alfa').focus();
  await ana.keyboard.press('Alt+ArrowRight');
  await expect(ana.getByRole('button', { name: 'Ações de Alfa' })).toHaveCount(0);
  await expect(ana.getByRole('button', { name: /Adicionar negócio/ })).toHaveCount(0);
  await cardLink(ana, 'Alfa').click();
  await expect(ana.getByRole('dialog').getByLabel('Título')).toBeDisabled();
  await ana.getByRole('dialog').getByRole('button', { name: 'Fechar' }).click();
  expect(await company.titles(board, 'Ganho')).toEqual(['Alfa']);

  const before = Number(await slider(ana).getAttribute('max'));
  await drag(other, card(other, 'Beta'), column(other, 'Ganho'), 'bottom');
  await expect(slider(ana)).toHaveAttribute('max', String(before + 1));
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual([]);
  await ana.getByRole('button', { name: 'Voltar ao vivo' }).click();
  await expect(bar(ana)).toHaveCount(0);
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa', 'Beta']);
});

test('it plays by itself to its end, and follows what happens there', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta', 'Gama'], Ganho: [] });
  const page = await openBoard(company, board);
  await openHistory(page);
  const last = (await slider(page).getAttribute('max')) ?? '';
  await page.evaluate(() => {
    const film = window as unknown as { shown: Set<number> };
    film.shown = new Set();
    const look = () => film.shown.add(document.querySelectorAll('[data-lead-id]').length);
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  await page.getByRole('button', { name: 'Velocidade 1×' }).click();
  await page.getByRole('button', { name: 'Velocidade 2×' }).click();
  await page.getByRole('button', { name: 'Reproduzir' }).click();
  const shown = () => page.evaluate(() => [...(window as unknown as { shown: Set<number> }).shown]);
  await expect.poll(shown).toEqual(expect.arrayContaining([0, 1, 2, 3]));
  await expect.poll(() => slider(page).inputValue()).toBe(last);
  await expect(page.getByRole('button', { name: 'Reproduzir' })).toBeVisible();

  await company.post('/leads', { board_id: board.id, title: 'Delta' });
  await expect.poll(() => titlesIn(page, 'Novo')).toEqual(['Alfa', 'Beta', 'Gama', 'Delta']);
  await expect(bar(page)).toContainText('criou “Delta” em Novo');

  await page.reload();
  await expect(bar(page)).toContainText('criou “Delta” em Novo');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => titlesIn(page, 'Novo')).toEqual(['Alfa', 'Beta', 'Gama']);
  await page.keyboard.press('Escape');
  await expect(bar(page)).toHaveCount(0);
});

test('a history of many windows is fetched where one looks, also by day and hour', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'], Ganho: [] });
  const [lead] = board.leads;
  for (let change = 1; change <= 450; change += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        company.put(`/leads/${lead?.id}`, { value: `${change + index}.00` }),
      ),
    );
  }
  const page = await openBoard(company, board);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/(history|events)/.test(request.url())) asked.push(request.url());
  });
  await openHistory(page);
  await expect(bar(page)).toContainText('mudou valor de “Alfa”');
  const last = Number(await slider(page).getAttribute('max'));
  expect(last).toBeGreaterThan(450);

  // Drawn across the whole, it asks only for what it rests on.
  const box = await slider(page).boundingBox();
  if (!box) throw new Error('no slider');
  await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 12, box.y + box.height / 2, { steps: 40 });
  await page.mouse.up();
  await expect.poll(() => slider(page).inputValue()).not.toBe(String(last));
  await slider(page).press('Home');
  await expect(bar(page)).toContainText('O começo da história deste quadro');
  await expect(page.getByRole('article')).toHaveCount(0);
  expect(asked.length).toBeLessThanOrEqual(9);

  await page.getByRole('button', { name: 'Ir para um dia e hora' }).click();
  await page.getByLabel('Como estava em').fill('2020-01-01T10:00');
  await page.getByRole('button', { name: 'Ir', exact: true }).click();
  await expect(page.getByText('A história deste quadro começa depois disso.')).toBeVisible();
  await page.getByLabel('Como estava em').fill('2199-01-01T10:00');
  await page.getByRole('button', { name: 'Ir', exact: true }).click();
  await expect.poll(() => slider(page).inputValue()).toBe(String(last));
});

test('what cannot be loaded of the past says so, and can be tried again', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'] });
  const page = await openBoard(company, board);
  await page.route('**/events?**', (route) => route.abort());
  await page.getByRole('button', { name: 'Histórico' }).click();
  await expect(bar(page).getByRole('alert')).toContainText('O servidor não respondeu', { timeout: 20_000 });
  await page.unroute('**/events?**');
  await bar(page).getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(bar(page)).toContainText('criou “Alfa” em Novo');
});

test('one’s own changes are taken back and done again, by keys, by button and by the message', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Ganho: [] });
  const vera = await company.person('Vera Lima', 'seller');
  const page = await openBoard(company, board, vera);
  const ana = await openBoard(company, board);

  await drag(page, card(page, 'Alfa'), column(page, 'Ganho'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Alfa', 'Beta']);
  await expect(page.getByText('Desfeito: você moveu “Alfa” de Novo para Ganho.')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa']);

  await cardLink(page, 'Beta').focus();
  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  await expect(card(ana, 'Beta')).toHaveCount(0);
  await page.getByText('“Beta” foi excluído.').getByRole('button', { name: 'Desfazer' }).click();
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Beta']);

  // Two at once: the second waits for the first.
  await page.keyboard.press('Control+Shift+z');
  await expect(card(ana, 'Beta')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Alfa', 'Beta']);
  await expect(page.getByRole('button', { name: 'Desfazer', exact: true }).first()).toBeDisabled();
});

test('what somebody has changed since can no longer be taken back, and says so', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'], Proposta: [], Ganho: [] });
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  const ana = await openBoard(company, board);
  await drag(vera, card(vera, 'Alfa'), column(vera, 'Proposta'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Alfa']);
  await drag(ana, card(ana, 'Alfa'), column(ana, 'Ganho'), 'bottom');
  await expect.poll(() => titlesIn(vera, 'Ganho')).toEqual(['Alfa']);
  await vera.keyboard.press('Control+z');
  await expect(vera.getByRole('alert').filter({ hasText: 'Isto não pode mais ser desfeito' })).toBeVisible();
  expect(await company.titles(board, 'Ganho')).toEqual(['Alfa']);
});

test('an event of the history is taken back from there', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'], Ganho: [] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await drag(vera, card(vera, 'Alfa'), column(vera, 'Ganho'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Alfa']);
  await openHistory(ana);
  await expect(bar(ana)).toContainText('Vera Lima moveu');
  await bar(ana).getByRole('button', { name: 'Desfazer' }).click();
  await expect.poll(() => titlesIn(vera, 'Novo')).toEqual(['Alfa']);
  await expect(bar(ana)).toContainText('Helena Duarte desfez uma mudança: moveu “Alfa” de Ganho para Novo');
  await slider(ana).press('ArrowLeft');
  await expect(bar(ana)).toContainText('desfeito');
});
