import { card, cardLink, column, drag, expect, isLive, openBoard, pickUp, test, titlesIn } from './support';

test('a card dragged in one window moves in the other, and a reload shows the same', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta', 'Gama'], Proposta: ['Delta'], Ganho: [] });
  const ana = await openBoard(company, board, await company.person('Ana Souza', 'attendant'));
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));

  await drag(ana, card(ana, 'Beta'), card(ana, 'Delta'), 'top');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Beta', 'Delta']);
  await expect.poll(() => titlesIn(vera, 'Proposta')).toEqual(['Beta', 'Delta']);
  await expect.poll(() => titlesIn(vera, 'Novo')).toEqual(['Alfa', 'Gama']);
  expect(await company.titles(board, 'Proposta')).toEqual(['Beta', 'Delta']);

  await drag(vera, card(vera, 'Gama'), card(vera, 'Alfa'), 'top');
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Gama', 'Alfa']);

  for (const page of [ana, vera]) {
    await page.reload();
    await expect.poll(() => titlesIn(page, 'Novo')).toEqual(['Gama', 'Alfa']);
    await expect.poll(() => titlesIn(page, 'Proposta')).toEqual(['Beta', 'Delta']);
  }
});

test('Alt and arrows move a card, keep it focused and say where it went', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: ['Delta'] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));

  await cardLink(ana, 'Alfa').focus();
  await ana.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Alfa', 'Delta']);
  await expect(cardLink(ana, 'Alfa')).toBeFocused();
  await expect(ana.getByText('Alfa: Proposta, posição 1 de 2.')).toBeAttached();
  await expect.poll(() => titlesIn(vera, 'Proposta')).toEqual(['Alfa', 'Delta']);

  await ana.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Delta', 'Alfa']);
  await expect(cardLink(ana, 'Alfa')).toBeFocused();
  await ana.keyboard.press('Alt+ArrowDown');
  await expect(ana.getByText('Alfa já está na ponta.')).toBeAttached();
  await expect.poll(() => company.titles(board, 'Proposta')).toEqual(['Delta', 'Alfa']);

  await ana.keyboard.press('ArrowLeft');
  await expect(cardLink(ana, 'Beta')).toBeFocused();
});

test('the menu of a card moves it too', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: [], Ganho: ['Delta'] });
  const page = await openBoard(company, board);
  await card(page, 'Alfa').hover();
  await page.getByRole('button', { name: 'Ações de Alfa' }).click();
  await page.getByRole('menuitem', { name: 'Ganho' }).click();
  await expect.poll(() => titlesIn(page, 'Ganho')).toEqual(['Delta', 'Alfa']);
  await expect(cardLink(page, 'Alfa')).toBeFocused();

  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name: 'Mover para o topo' }).click();
  await expect.poll(() => titlesIn(page, 'Ganho')).toEqual(['Alfa', 'Delta']);
  await expect.poll(() => company.titles(board, 'Ganho')).toEqual(['Alfa', 'Delta']);
});

test('a window that was offline catches up without a reload, and sends what was done meanwhile', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta', 'Gama'], Proposta: [], Ganho: [] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));
  await ana.evaluate(() => {
    (window as unknown as { neverReloaded: boolean }).neverReloaded = true;
  });

  await ana.context().setOffline(true);
  await expect(ana.getByText('Sem conexão. Você pode continuar')).toBeVisible({ timeout: 20_000 });

  await drag(vera, card(vera, 'Beta'), column(vera, 'Proposta'), 'bottom');
  await expect.poll(() => company.titles(board, 'Proposta')).toEqual(['Beta']);
  await drag(ana, card(ana, 'Gama'), column(ana, 'Ganho'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Gama']);
  await expect(ana.getByText('1 mudança esperando').first()).toBeVisible();
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Alfa', 'Beta']);
  expect(await company.titles(board, 'Ganho')).toEqual([]);

  await ana.context().setOffline(false);
  await expect(isLive(ana)).toBeVisible({ timeout: 20_000 });
  for (const page of [ana, vera]) {
    await expect.poll(() => titlesIn(page, 'Novo')).toEqual(['Alfa']);
    await expect.poll(() => titlesIn(page, 'Proposta')).toEqual(['Beta']);
    await expect.poll(() => titlesIn(page, 'Ganho')).toEqual(['Gama']);
  }
  expect(await ana.evaluate(() => (window as unknown as { neverReloaded?: boolean }).neverReloaded)).toBe(
    true,
  );
});

test('a move by somebody else does not take the card out of one’s hand', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta'], Proposta: ['Delta'], Ganho: ['Zeta'] });
  const ana = await openBoard(company, board);
  const vera = await openBoard(company, board, await company.person('Vera Lima', 'seller'));

  await pickUp(ana, card(ana, 'Alfa'), card(ana, 'Delta'), 'top');
  await expect(ana.locator('[data-held]')).toHaveCount(1);

  // First another card, then the very card that is in the hand.
  await drag(vera, card(vera, 'Beta'), card(vera, 'Zeta'), 'top');
  await expect.poll(() => titlesIn(ana, 'Ganho')).toEqual(['Beta', 'Zeta']);
  await cardLink(vera, 'Alfa').focus();
  await vera.keyboard.press('m');
  await vera.getByRole('menuitem', { name: 'Proposta' }).click();
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual([]);
  await expect(ana.locator('[data-held]')).toHaveCount(1);

  const target = await card(ana, 'Zeta').boundingBox();
  if (!target) throw new Error('the target is gone');
  await ana.mouse.move(target.x + 100, target.y + target.height - 10, { steps: 4 });
  await ana.mouse.move(target.x + 102, target.y + target.height - 8, { steps: 2 });
  await ana.mouse.up();
  for (const page of [ana, vera])
    await expect.poll(() => titlesIn(page, 'Ganho')).toEqual(['Beta', 'Zeta', 'Alfa']);
  await expect(ana.locator('[data-held]')).toHaveCount(0);
});

test('a refused move goes back and says why', async ({ company }) => {
  const board = await company.board({ Novo: ['Alfa'], Proposta: [], Ganho: [] });
  const ana = await openBoard(company, board);
  await ana.context().setOffline(true);
  await expect(ana.getByText('Sem conexão. Você pode continuar')).toBeVisible({ timeout: 20_000 });
  await drag(ana, card(ana, 'Alfa'), column(ana, 'Proposta'), 'bottom');
  await expect.poll(() => titlesIn(ana, 'Proposta')).toEqual(['Alfa']);

  const stage = board.stages.find(({ name }) => name === 'Proposta');
  await company.delete(`/stages/${stage?.id}`);
  await ana.context().setOffline(false);

  await expect(ana.getByRole('alert').filter({ hasText: '“Alfa” voltou ao lugar' })).toBeVisible({
    timeout: 20_000,
  });
  await expect(column(ana, 'Proposta')).toHaveCount(0);
  await expect.poll(() => titlesIn(ana, 'Novo')).toEqual(['Alfa']);
  expect(await company.titles(board, 'Novo')).toEqual(['Alfa']);
});

test('a board of several hundred deals scrolls, finds and moves them', async ({ company }) => {
  const board = await company.board({ Novo: [], Ganho: [] });
  const stage = board.stages[0];
  const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
  for (let at = 0; at < numbers.length; at += 40) {
    await Promise.all(
      numbers
        .slice(at, at + 40)
        .map((n) =>
          company.post('/leads', { board_id: board.id, stage_id: stage?.id, title: `Negócio ${n}` }),
        ),
    );
  }
  const page = await openBoard(company, board);
  await expect(page.getByText('em 400 negócios')).toBeVisible();
  // Only what is near the screen is in the document.
  expect(await page.getByRole('article').count()).toBeLessThan(60);
  await page.getByLabel('Buscar no quadro').fill('negocio 399');
  await expect(page.getByText('em 1 de 400 negócios')).toBeVisible();
  await drag(page, card(page, 'Negócio 399'), column(page, 'Ganho'), 'bottom');
  await expect.poll(() => company.titles(board, 'Ganho')).toEqual(['Negócio 399']);
});
