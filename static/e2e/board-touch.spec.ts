import type { CDPSession, Page } from '@playwright/test';
import { card, cardLink, column, expect, openBoard, test, titlesIn } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** One finger, as the screen reports it. */
class Finger {
  private constructor(
    private readonly cdp: CDPSession,
    private readonly page: Page,
  ) {}

  static async on(page: Page): Promise<Finger> {
    return new Finger(await page.context().newCDPSession(page), page);
  }

  async down(x: number, y: number): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  }

  async move(from: { x: number; y: number }, to: { x: number; y: number }, steps = 8): Promise<void> {
    for (let step = 1; step <= steps; step += 1) {
      const x = from.x + ((to.x - from.x) * step) / steps;
      const y = from.y + ((to.y - from.y) * step) / steps;
      await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x, y }] });
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  async up(): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }
}

async function middleOf(page: Page, title: string): Promise<{ x: number; y: number }> {
  const box = await card(page, title).boundingBox();
  if (!box) throw new Error(`${title} is not on the screen`);
  return { x: box.x + 90, y: box.y + box.height / 2 };
}

test('a card held by finger comes along, also to a stage beyond the edge of the screen', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Alfa', 'Beta', 'Gama'], Proposta: [], Ganho: ['Delta'] });
  // For a seller the board ends with its last stage.
  const page = await openBoard(company, board, await company.person('Vera Lima', 'seller'), PHONE);
  const finger = await Finger.on(page);

  const [alfa, gama] = [await middleOf(page, 'Alfa'), await middleOf(page, 'Gama')];
  await finger.down(alfa.x, alfa.y);
  await expect(page.locator('[data-held]')).toHaveCount(1);
  await finger.move(alfa, { x: gama.x, y: gama.y + 20 });
  await finger.up();
  await expect.poll(() => titlesIn(page, 'Novo')).toEqual(['Beta', 'Gama', 'Alfa']);
  await expect.poll(() => company.titles(board, 'Novo')).toEqual(['Beta', 'Gama', 'Alfa']);

  const beta = await middleOf(page, 'Beta');
  await finger.down(beta.x, beta.y);
  await expect(page.locator('[data-held]')).toHaveCount(1);
  await finger.move(beta, { x: 384, y: beta.y });
  // The board scrolls under the resting finger, to its end.
  const left = async () => (await column(page, 'Ganho').boundingBox())?.x ?? 999;
  await expect.poll(left).toBeLessThan(200);
  await finger.move({ x: 384, y: beta.y }, { x: 250, y: beta.y });
  await finger.up();
  await expect.poll(() => company.titles(board, 'Ganho')).toEqual(['Delta', 'Beta']);
  await expect(page).toHaveURL(new RegExp(`/boards/${board.id}$`));
});

test('a finger that slips scrolls, one that rests opens the menu, and a tap the deal', async ({
  company,
}) => {
  const titles = Array.from({ length: 14 }, (_, index) => `Negócio ${index + 1}`);
  const board = await company.board({ Novo: titles, Ganho: [] });
  const page = await openBoard(company, board, company.admin, PHONE);
  const finger = await Finger.on(page);
  const scrolled = () =>
    column(page, 'Novo')
      .locator('[data-scrolls]')
      .evaluate((list) => list.scrollTop);

  const fourth = await middleOf(page, 'Negócio 4');
  await finger.down(fourth.x, fourth.y);
  await finger.move(fourth, { x: fourth.x, y: fourth.y - 200 });
  await finger.up();
  await expect.poll(scrolled).toBeGreaterThan(50);
  await expect(page.locator('[data-held]')).toHaveCount(0);
  expect(await company.titles(board, 'Novo')).toEqual(titles);

  await column(page, 'Novo')
    .locator('[data-scrolls]')
    .evaluate((list) => list.scrollTo(0, 0));
  await expect(card(page, 'Negócio 2')).toBeInViewport();
  const second = await middleOf(page, 'Negócio 2');
  await finger.down(second.x, second.y);
  await expect(page.locator('[data-held]')).toHaveCount(1);
  await finger.up();
  await page.getByRole('menuitem', { name: 'Ganho' }).tap();
  await expect.poll(() => company.titles(board, 'Ganho')).toEqual(['Negócio 2']);

  await cardLink(page, 'Negócio 3').tap();
  await expect(page.getByRole('dialog', { name: 'Negócio 3' })).toBeVisible();
});
