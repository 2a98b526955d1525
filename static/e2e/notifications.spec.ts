import type { Locator, Page } from '@playwright/test';
import type { Session } from '../src/api/types';
import { violations } from './axe';
import { type Company, expect, isLive, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const bell = (page: Page): Locator => page.getByRole('button', { name: /^Notificações/ });
const unread = (page: Page, count: number): Locator =>
  page.getByRole('button', {
    name: count === 0 ? 'Notificações' : new RegExp(`^Notificações: ${count} não`),
    exact: count === 0,
  });
const panel = (page: Page): Locator => page.getByRole('dialog', { name: 'Notificações' });

async function group(company: Company, ...people: Session[]): Promise<string> {
  const participant_ids = people.map(({ user }) => user.id);
  const made = await company.post<{ id: string }>('/chat/rooms', {
    type: 'group',
    name: 'Entregas',
    participant_ids,
  });
  return made.id;
}

async function open(company: Company, path: string, person: Session, options = {}): Promise<Page> {
  const page = await company.open(path, person, options);
  await expect(isLive(page)).toBeVisible();
  await expect(bell(page)).toBeVisible();
  return page;
}

test('what concerns one rings in every tab, leads there, and is read in all of them at once', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const board = await company.board({ Novo: [] });
  const one = await open(company, '/boards', vera);
  const two = await one.context().newPage();
  await two.goto('/settings');
  await expect(isLive(two)).toBeVisible();
  await bell(one).click();
  await expect(panel(one).getByRole('heading', { name: 'Nada por aqui' })).toBeVisible();

  const room = await group(company, vera);
  await company.post(`/chat/rooms/${room}/messages`, { content: '@Vera, saiu a entrega?' });
  await company.post('/leads', { title: 'Forno novo', board_id: board.id, assigned_to: vera.user.id });
  for (const page of [one, two]) await expect(unread(page, 3)).toBeVisible();
  await expect.poll(() => two.title()).toMatch(/^\(3\) .*Balcão$/);
  const mention = panel(one).getByRole('listitem').filter({ hasText: 'mencionou você em Entregas' });
  await expect(mention).toContainText('@Vera, saiu a entrega?');

  await mention.getByRole('button', { name: /^Marcar como lida/ }).click();
  for (const page of [one, two]) await expect(unread(page, 2)).toBeVisible();
  await expect(mention.getByRole('button')).toHaveCount(0);

  await bell(two).click();
  await panel(two)
    .getByRole('link', { name: /Forno novo/ })
    .click();
  await expect(two.getByRole('dialog', { name: 'Forno novo' })).toBeVisible();
  await expect(panel(two)).toHaveCount(0);
  for (const page of [one, two]) await expect(unread(page, 1)).toBeVisible();

  await panel(one).getByRole('button', { name: 'Marcar tudo como lido' }).click();
  for (const page of [one, two]) await expect(unread(page, 0)).toBeVisible();
  await expect.poll(() => one.title()).toBe('Quadros · Balcão');
  await one.reload();
  await expect(unread(one, 0)).toBeVisible();
  await bell(one).click();
  await expect(panel(one).getByRole('listitem')).toHaveCount(3);
  await mention.getByRole('link').click();
  await expect(one).toHaveURL(new RegExp(`/chat/${room}\\?message=`));
});

test('what came while one was without connection is there when it is back', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const room = await group(company, vera);
  const page = await open(company, '/boards', vera);
  await expect(unread(page, 1)).toBeVisible();
  await page.context().setOffline(true);
  await expect(isLive(page)).toHaveCount(0, { timeout: 20_000 });
  await company.post(`/chat/rooms/${room}/messages`, { content: '@Vera, e agora?' });
  await bell(page).click();
  await expect(panel(page).getByRole('heading', { name: 'Sem conexão' })).toBeVisible();
  await page.context().setOffline(false);
  await expect(unread(page, 2)).toBeVisible({ timeout: 20_000 });
  await expect(panel(page).getByRole('listitem')).toHaveCount(2);
});

test('one chooses what to be told of', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const board = await company.board({ Novo: [] });
  const page = await open(company, '/settings', vera);
  await page.getByRole('switch', { name: 'Alguém colocou você numa sala' }).click();
  await expect(page.getByRole('switch', { name: 'Alguém colocou você numa sala' })).not.toBeChecked();
  await page.reload();
  await expect(page.getByRole('switch', { name: 'Alguém colocou você numa sala' })).not.toBeChecked();
  await group(company, vera);
  await company.post('/leads', { title: 'Forno novo', board_id: board.id, assigned_to: vera.user.id });
  await expect(unread(page, 1)).toBeVisible();
  await bell(page).click();
  await expect(panel(page).getByRole('listitem')).toContainText(['Forno novo']);
});

/** Stands in for the browser's own notifications, which no test can see. */
async function recordNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: object[] = [];
    class Recorded {
      static permission = 'default';
      static async requestPermission() {
        Recorded.permission = 'granted';
        return 'granted';
      }
      onclick: (() => void) | null = null;
      constructor(title: string, { body }: { body: string }) {
        shown.push({ title, body });
        Object.assign(window, { clickNotification: () => this.onclick?.() });
      }
      close() {}
    }
    Object.assign(window, { Notification: Recorded, shownNotifications: shown });
  });
}

const shown = (page: Page) =>
  page.evaluate(() => (window as unknown as { shownNotifications: { title: string }[] }).shownNotifications);

/** As if the person looked elsewhere, or came back. */
const look = (page: Page, away: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    Object.defineProperty(document, 'visibilityState', {
      value: hidden ? 'hidden' : 'visible',
      configurable: true,
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, away);

test('the browser tells who asked for it, only while they look elsewhere, and a click leads there', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const room = await group(company, vera);
  const say = (content: string) => company.post(`/chat/rooms/${room}/messages`, { content });
  const page = await open(company, '/boards', vera);
  await recordNotifications(page);
  await page.reload();
  await expect(unread(page, 1)).toBeVisible();
  await bell(page).click();
  await panel(page).getByRole('button', { name: 'Quero' }).click();
  await expect(panel(page).getByText('Quer ser avisado')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await say('@Vera, uma coisa');
  await expect(unread(page, 2)).toBeVisible();
  expect(await shown(page)).toEqual([]);
  await look(page, true);
  await say('@Vera, outra coisa');
  await expect
    .poll(() => shown(page))
    .toEqual([{ title: 'Helena Duarte mencionou você em Entregas', body: '@Vera, outra coisa' }]);
  await look(page, false);
  await page.evaluate(() => (window as unknown as { clickNotification(): void }).clickNotification());
  await expect(page).toHaveURL(new RegExp(`/chat/${room}\\?message=`));
  await expect(unread(page, 2)).toBeVisible();
});

test('who does not want the browser to tell is not asked again', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  await group(company, vera);
  const page = await open(company, '/boards', vera);
  await bell(page).click();
  await panel(page).getByRole('button', { name: 'Agora não' }).click();
  await page.reload();
  await expect(unread(page, 1)).toBeVisible();
  await bell(page).click();
  await expect(panel(page).getByRole('listitem')).toHaveCount(1);
  await expect(panel(page).getByText('Quer ser avisado')).toHaveCount(0);
});

test('the navigation tells what is unread in the team’s rooms, and the palette leads to rooms and companies', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const page = await open(company, '/companies', vera);
  await expect(page.getByRole('link', { name: 'Equipe', exact: true })).toBeVisible();
  const room = await group(company, vera);
  await company.post('/companies', { name: 'Padaria Pão & Cia' });
  await expect(unread(page, 1)).toBeVisible();
  await company.post(`/chat/rooms/${room}/messages`, { content: 'Bom dia' });
  await expect(page.getByRole('link', { name: 'Equipe: 1 não lida' })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Ir para, criar, fazer' }).fill('entregas');
  await page.getByRole('option', { name: 'Entregas' }).click();
  await expect(page).toHaveURL(new RegExp(`/chat/${room}`));
  await expect(page.getByRole('link', { name: 'Equipe', exact: true })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Ir para, criar, fazer' }).fill('pao');
  await page.getByRole('option', { name: 'Padaria Pão & Cia' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Padaria Pão & Cia' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the bell is accessible and fits a phone, ${colorScheme}`, async ({ company }) => {
    const vera = await company.person('Vera Lima', 'seller');
    const room = await group(company, vera);
    await company.post(`/chat/rooms/${room}/messages`, {
      content: '@Vera, o cliente da Rua das Palmeiras perguntou duas vezes pela entrega',
    });
    for (const [size, options] of [
      ['desk', {}],
      ['phone', PHONE],
    ] as const) {
      const page = await open(company, '/boards', vera, { ...options, colorScheme, reducedMotion: 'reduce' });
      await expect(unread(page, 2)).toBeVisible();
      await bell(page).click();
      await expect(panel(page).getByRole('listitem')).toHaveCount(2);
      expect.soft([size, await violations(page)]).toEqual([size, []]);
      const box = await panel(page).boundingBox();
      const width = page.viewportSize()?.width ?? 0;
      expect.soft([size, box && box.x >= 0 && box.x + box.width <= width]).toEqual([size, true]);
      await panel(page).getByRole('link', { name: 'Escolher o que avisar' }).click();
      await expect(
        page.getByRole('switch', { name: 'Alguém mencionou você numa conversa' }),
      ).toBeInViewport();
      expect.soft([size, 'preferences', await violations(page)]).toEqual([size, 'preferences', []]);
    }
  });
}
