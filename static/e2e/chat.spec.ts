import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Session } from '../src/api/types';
import { type Company, expect, isLive, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const field = (page: Page) => page.getByRole('textbox', { name: /^Escrever em/ });
const said = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
const rooms = (page: Page) => page.getByRole('complementary', { name: 'Salas' });

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

async function group(company: Company, ...people: Session[]): Promise<string> {
  const participant_ids = people.map(({ user }) => user.id);
  const { id } = await company.post<{ id: string }>('/chat/rooms', {
    type: 'group',
    name: 'Entregas',
    participant_ids,
  });
  return id;
}

async function open(company: Company, roomId: string, person?: Session, options = {}): Promise<Page> {
  const page = await company.open(`/chat/${roomId}`, person, options);
  await expect(field(page)).toBeVisible();
  return page;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test('what one says, changes, answers and takes back the other sees at once, and who has read it', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const room = await group(company, vera);
  const here = await open(company, room);
  const there = await open(company, room, vera);

  await say(here, '@Vera, saiu a entrega?');
  await expect(said(there, '@Vera, saiu a entrega?')).toBeVisible();
  await expect(here.getByText('Visto por todos')).toBeVisible();

  await field(there).pressSequentially('Sai');
  await expect(here.getByText('Vera está escrevendo…')).toBeVisible();
  await field(there).fill('');
  await said(there, 'saiu a entrega').hover();
  await said(there, 'saiu a entrega').getByRole('button', { name: 'Responder' }).click();
  await say(there, 'Saiu agora');
  await expect(said(here, 'Saiu agora').getByRole('button', { name: /^Helena Duarte/ })).toBeVisible();

  await said(here, 'Saiu agora').hover();
  await said(here, 'Saiu agora').getByRole('button', { name: 'Reagir' }).click();
  await here.getByRole('button', { name: '🎉' }).click();
  await expect(there.getByRole('button', { name: '🎉 de Helena Duarte' })).toBeVisible();

  await field(here).press('ArrowUp');
  await expect(field(here)).toHaveValue('@Vera, saiu a entrega?');
  await field(here).fill('@Vera, saiu a segunda entrega?');
  await field(here).press('Enter');
  await expect(said(there, 'saiu a segunda entrega?').first()).toContainText('(editada)');

  await said(there, 'Saiu agora').hover();
  await said(there, 'Saiu agora').getByRole('button', { name: 'Mais opções' }).click();
  await there.getByRole('menuitem', { name: 'Excluir' }).click();
  await there.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
  await expect(here.getByRole('log').getByText('Mensagem apagada')).toBeVisible();
  await expectAccessible(here);
});

test('a long history comes as one scrolls up, without a jump, and a found message is gone to', async ({
  company,
}) => {
  const room = await group(company);
  await company.post(`/chat/rooms/${room}/messages`, { content: 'A senha do cofre é lilás' });
  for (let first = 1; first <= 160; first += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        company.post(`/chat/rooms/${room}/messages`, { content: `Linha ${first + index}` }),
      ),
    );
  }
  const page = await open(company, room);
  const log = page.getByRole('log');
  const atEnd = () => log.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight < 4);
  await expect.poll(atEnd).toBe(true);
  await expect(said(page, 'lilás')).toHaveCount(0);

  // What is in view stays where it is while older messages come in above it.
  let arrive = () => {};
  const mayArrive = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/messages?**', async (route) => {
    await mayArrive;
    await route.continue();
  });
  await log.evaluate((it) => it.scrollTo(0, 300));
  await expect(page.getByRole('status', { name: 'Carregando mensagens' })).toBeVisible();
  const seen = log.getByRole('article').filter({ hasText: /Linha/ }).nth(10);
  const text = (await seen.locator('p').innerText()).trim();
  const place = async () => (await log.getByText(text, { exact: true }).boundingBox())?.y ?? Number.NaN;
  const height = await log.evaluate((it) => it.scrollHeight);
  const before = await place();
  arrive();
  await expect.poll(() => log.evaluate((it) => it.scrollHeight)).toBeGreaterThan(height + 500);
  await expect(page.getByRole('status', { name: 'Carregando mensagens' })).toHaveCount(0);
  expect(Math.abs((await place()) - before)).toBeLessThan(4);

  await page.getByRole('button', { name: 'Buscar nesta sala' }).click();
  await page.getByRole('searchbox', { name: 'Buscar nesta sala' }).fill('cofre');
  await page.getByRole('dialog').getByRole('link', { name: /lilás/ }).click();
  await page.keyboard.press('Escape');
  await expect(said(page, 'lilás')).toBeInViewport();
  await page.getByRole('button', { name: 'Ir para o fim' }).click();
  await expect.poll(atEnd).toBe(true);
  await expect(said(page, 'lilás')).toHaveCount(0);
});

test('without a connection one goes on writing: it is sent once, when the connection is back', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const room = await group(company, vera);
  const here = await open(company, room);
  const there = await open(company, room, vera);
  await expect(isLive(here)).toBeVisible();
  await here.context().setOffline(true);
  await expect(isLive(here)).toHaveCount(0, { timeout: 20_000 });
  await say(here, 'Escrito sem conexão');
  await say(there, 'Dito enquanto isso');
  await expect(said(here, 'Escrito sem conexão')).toContainText('Enviando…');
  await here.context().setOffline(false);
  await expect(said(there, 'Escrito sem conexão')).toHaveCount(1, { timeout: 20_000 });
  await expect(said(here, 'Dito enquanto isso')).toHaveCount(1);
  await expect(said(here, 'Escrito sem conexão')).toHaveCount(1);
  await expect(said(here, 'Enviando…')).toHaveCount(0);
});

test('files go with a message, and who is removed sees the room no more', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const room = await group(company, vera);
  const here = await open(company, room);
  const there = await open(company, room, vera);
  const file = { name: 'rota.txt', mimeType: 'text/plain', buffer: Buffer.from('Rua A\nRua B\n') };
  await here.locator('input[type=file]').setInputFiles(file);
  await field(here).fill('A rota de hoje');
  await expect(here.getByRole('button', { name: 'Enviar' })).toBeEnabled();
  await field(here).press('Enter');
  await expect(said(there, 'A rota de hoje').getByRole('link', { name: /rota\.txt/ })).toBeVisible();

  await here.getByRole('button', { name: 'Quem está na sala' }).click();
  await here.getByRole('button', { name: 'Remover Vera Lima' }).click();
  await here.getByRole('dialog').last().getByRole('button', { name: 'Remover', exact: true }).click();
  await expect(there.getByText('Você não está mais nesta sala')).toBeVisible();
  await expect(rooms(there).getByRole('link', { name: /Entregas/ })).toHaveCount(0);
  await expect(here.getByRole('log').getByText('Você removeu Vera Lima')).toBeAttached();
});

test.describe('on a phone', () => {
  test('rooms and conversation take turns, and a draft waits', async ({ company }) => {
    const vera = await company.person('Vera Lima', 'seller');
    const room = await group(company, vera);
    const page = await open(company, room, vera, { ...PHONE, colorScheme: 'dark' });
    await expect(rooms(page)).toBeHidden();
    await field(page).fill('Depois eu termino');
    await company.post(`/chat/rooms/${room}/messages`, { content: 'Olá' });
    await expect(said(page, 'Olá')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Voltar às salas' }).click();
    await expect(
      rooms(page).getByRole('link', { name: /Entregas.*Rascunho: Depois eu termino/ }),
    ).toBeVisible();
    await company.post(`/chat/rooms/${room}/messages`, { content: 'Viu?' });
    await expect(rooms(page).getByText('1 mensagem não lida')).toBeAttached();
    await expectAccessible(page);
    await rooms(page)
      .getByRole('link', { name: /Entregas/ })
      .click();
    await expect(field(page)).toHaveValue('Depois eu termino');
  });
});
