import type { Page } from '@playwright/test';
import type { Session } from '../src/api/types';
import { violations } from './axe';
import { type Company, expect, isLive, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const field = (page: Page) => page.getByRole('textbox', { name: /^Escrever em/ });
const said = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

async function open(company: Company, path: string, person: Session, options = {}): Promise<Page> {
  const page = await company.open(path, person, options);
  await expect(field(page)).toBeVisible();
  await expect(isLive(page)).toBeVisible();
  return page;
}

/** What was said, from the first to the last that is shown. */
const lines = (page: Page): Promise<string[]> =>
  page
    .getByRole('log')
    .getByRole('article')
    .locator('p')
    .allInnerTexts()
    .then((texts) => texts.map((text) => text.trim()));

test('three in one room: all is live, and who was away for a while has everything, in order, once', async ({
  company,
}) => {
  test.setTimeout(180_000);
  const vera = await company.person('Vera Lima', 'seller');
  const bruno = await company.person('Bruno Tavares', 'attendant');
  const { id } = await company.post<{ id: string }>('/chat/rooms', {
    type: 'group',
    name: 'Plantão',
    participant_ids: [vera.user.id, bruno.user.id],
  });
  const path = `/chat/${id}`;
  const helena = await open(company, path, company.admin);
  const one = await open(company, path, vera);
  const two = await open(company, path, bruno, PHONE);
  const all = [helena, one, two];

  await test.step('what one says, and that one is saying it, shows to both others', async () => {
    await field(one).pressSequentially('Che');
    for (const page of [helena, two]) await expect(page.getByText('Vera está escrevendo…')).toBeVisible();
    await say(one, 'Chegou a carga');
    for (const page of all) await expect(said(page, 'Chegou a carga')).toHaveCount(1);
    for (const page of [helena, two]) await expect(page.getByText('Vera está escrevendo…')).toHaveCount(0);
    await expect(one.getByText('Visto por todos')).toBeVisible();
  });

  await test.step('two react with the same, and each of the three sees both', async () => {
    for (const page of [helena, one]) {
      await said(page, 'Chegou a carga').hover();
      await said(page, 'Chegou a carga').getByRole('button', { name: 'Reagir' }).click();
      await page.getByRole('button', { name: '👍', exact: true }).click();
    }
    for (const page of all) {
      await expect(said(page, 'Chegou a carga').getByRole('button', { name: /👍 de .*,/ })).toContainText(
        '2',
      );
    }
    expect.soft(await violations(helena)).toEqual([]);
    expect.soft(await violations(two)).toEqual([]);
  });

  const expected = ['Chegou a carga'];
  await test.step('one loses the connection, writes on, and reads on when it is back', async () => {
    await two.context().setOffline(true);
    await expect(isLive(two)).toHaveCount(0, { timeout: 20_000 });
    for (let count = 1; count <= 15; count += 1) {
      const text = `Volume ${count} conferido`;
      await say(count % 2 ? helena : one, text);
      // The next is written by somebody else: each must be there before it, for the order to be known.
      for (const page of [helena, one]) await expect(said(page, text)).toHaveCount(1);
      expected.push(text);
    }
    await expect(helena.getByText('Visto por Vera')).toBeVisible();
    await say(two, 'Fiquei sem sinal');
    await expect(said(two, 'Fiquei sem sinal')).toContainText('Enviando…');
    await expect(said(two, 'Volume 1 conferido')).toHaveCount(0);
    await two.context().setOffline(false);
    expected.push('Fiquei sem sinal');
    for (const page of all) await expect(said(page, 'Fiquei sem sinal')).toHaveCount(1, { timeout: 30_000 });
    await expect(said(two, 'Enviando…')).toHaveCount(0);
  });

  for (const page of all) await expect.poll(() => lines(page)).toEqual(expected);
  await say(helena, 'Tudo certo');
  for (const page of all) await expect(said(page, 'Tudo certo')).toHaveCount(1);
  await expect(helena.getByText('Visto por todos')).toBeVisible();
});
