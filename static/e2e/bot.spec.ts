import type { Page } from '@playwright/test';
import { violations } from './axe';
import { type Company, expect, test } from './support';

interface Flow {
  id: string;
  name: string;
  version: number | null;
  nodes: { id: string; type: string; next?: string | null }[];
}

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A greeting and a hand-over, and a step that leads back to the greeting. */
const FLOW = {
  name: 'Trocas',
  start: 'oi',
  nodes: [
    {
      id: 'oi',
      type: 'message',
      text: 'Olá. Vamos ver a sua troca.',
      next: 'pedido',
      position: { x: 0, y: 0 },
    },
    {
      id: 'pedido',
      type: 'question',
      text: 'Qual é o número do pedido?',
      field: 'pedido',
      validate: 'number',
      next: 'pessoa',
      position: { x: 320, y: 0 },
    },
    {
      id: 'pessoa',
      type: 'handover',
      text: 'Já chamo alguém para o pedido {{pedido}}.',
      position: { x: 640, y: 0 },
    },
  ],
};

const flowOf = (company: Company, fields: object = {}) =>
  company.post<Flow>('/bot/flows', { ...FLOW, ...fields });

const step = (page: Page, name: string | RegExp) => page.getByRole('group', { name });
const published = (page: Page) => page.getByRole('button', { name: 'Publicar' });

test('a flow is drawn, tried and published', async ({ company }) => {
  const page = await company.open('/bot');
  await expect(page.getByRole('link', { name: 'Atendimento' })).toBeVisible();
  await page.getByRole('button', { name: 'Novo fluxo' }).click();
  await page.getByRole('textbox', { name: 'Nome do fluxo' }).fill('Horário da loja');

  await page.getByRole('toolbar').getByRole('button', { name: 'Adicionar passo' }).click();
  await page.getByRole('menuitem', { name: 'Mensagem' }).click();
  await page.getByLabel('O que o robô diz').fill('Abrimos às 8h.');
  await page.getByRole('toolbar').getByRole('button', { name: 'Adicionar passo' }).click();
  await page.getByRole('menuitem', { name: 'Encerrar' }).click();
  await page.getByLabel('O que o robô diz').fill('Até logo.');
  await expect(step(page, 'Encerrar: Até logo.')).toBeVisible();

  // Drawn with the pointer, from one step to the other.
  const from = await step(page, /Abrimos/)
    .locator('.react-flow__handle.source')
    .boundingBox();
  const to = await step(page, /Até logo/)
    .locator('.react-flow__handle.target')
    .boundingBox();
  if (!from || !to) throw new Error('a step has no handle');
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x - 30, to.y, { steps: 5 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 3 });
  await page.mouse.up();
  await step(page, /Abrimos/).click();
  await expect(page.getByRole('combobox', { name: 'Vai para' })).toHaveValue('Encerrar: Até logo.');

  await page.getByText('Testar', { exact: true }).click();
  await page.getByLabel('Escrever como cliente').fill('Que horas abrem?');
  await page.keyboard.press('Enter');
  const transcript = page.getByRole('log');
  await expect(transcript).toContainText('Abrimos às 8h.');
  await expect(transcript).toContainText('Até logo.');
  await expect(transcript).toContainText('Conversa encerrada');

  await published(page).click();
  await expect(page.getByText('Versão 1', { exact: true })).toBeVisible();
  await expect(published(page)).toBeDisabled();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Nome do fluxo' })).toHaveValue('Horário da loja');
});

test('a loop is refused at the step, with the way round, and can be mended there', async ({ company }) => {
  const nodes = FLOW.nodes.map((node) => (node.id === 'oi' ? { ...node, next: 'volta' } : node));
  const round = {
    id: 'volta',
    type: 'set',
    field: 'vez',
    value: '1',
    next: 'oi',
    position: { x: 320, y: 200 },
  };
  const flow = await flowOf(company, { nodes: [...nodes, round] });
  const page = await company.open(`/bot/${flow.id}`);
  await published(page).click();

  const problems = page.getByRole('list', { name: 'Problemas deste passo' });
  await expect(problems).toContainText('O robô daria voltas sem esperar pelo cliente');
  const path = problems.getByRole('button');
  await expect(path).toHaveText([
    'Mensagem: Olá. Vamos ver a sua troca.',
    'Guardar valor: vez = 1',
    'Mensagem: Olá. Vamos ver a sua troca.',
  ]);
  await expect(step(page, /Pergunta/)).toContainText('1 problema');

  await path.nth(1).click();
  await page.getByRole('combobox', { name: 'Vai para' }).click();
  await page.getByRole('option', { name: /Pergunta/ }).click();
  await published(page).click();
  await expect(page.getByText('Versão 1', { exact: true })).toBeVisible();
});

test('what is removed comes back, also with the keyboard alone', async ({ company }) => {
  const flow = await flowOf(company);
  const page = await company.open(`/bot/${flow.id}`);
  await step(page, /Pergunta/).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Guardar como')).toHaveValue('pedido');
  await step(page, /Pergunta/).focus();
  await page.keyboard.press('Delete');
  await expect(step(page, /Pergunta/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Desfazer' }).click();
  await expect(step(page, /Pergunta/)).toBeVisible();
  await step(page, /Mensagem/).click();
  await expect(page.getByRole('combobox', { name: 'Vai para' })).toHaveValue(
    'Pergunta: Qual é o número do pedido?',
  );
});

test('on a phone the flow is a list, and the trial plays what channels will play', async ({ company }) => {
  const flow = await flowOf(company);
  const page = await company.open(`/bot/${flow.id}`, company.admin, PHONE);
  const steps = page.getByRole('list', { name: 'Passos do fluxo' });
  await steps
    .getByRole('button', { name: /^Pergunta/ })
    .first()
    .click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('O que o robô diz').fill('Qual é o pedido?');
  await drawer.getByRole('button', { name: 'Fechar' }).click();
  await page.getByText('Testar', { exact: true }).click();
  for (const words of ['oi', 'não sei', '1234']) {
    await drawer.getByLabel('Escrever como cliente').fill(words);
    await page.keyboard.press('Enter');
    await expect(drawer.getByRole('log')).toContainText(`Cliente: ${words}`);
  }
  await expect(drawer.getByRole('log')).toContainText('Já chamo alguém para o pedido 1234.');
  await expect(drawer.getByRole('log')).toContainText('Passou para a equipe');
});

test('who may not manage the bot has no menu for it', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const page = await company.open('/boards', vera);
  await expect(page.getByRole('link', { name: 'Ajustes' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Robô' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the bot's screens are accessible and fit a phone, ${colorScheme}`, async ({ company }) => {
    test.setTimeout(120_000);
    const flow = await flowOf(company);
    for (const [size, options] of [
      ['desktop', {}],
      ['phone', PHONE],
    ] as const) {
      const page = await company.open('/bot', company.admin, {
        ...options,
        colorScheme,
        reducedMotion: 'reduce',
      });
      await expect(page.getByRole('link', { name: 'Trocas' })).toBeVisible();
      expect.soft([size, 'flows', await violations(page)]).toEqual([size, 'flows', []]);
      await page.goto(`/bot/${flow.id}`);
      await (size === 'phone'
        ? page.getByRole('button', { name: /^Pergunta/ }).first()
        : step(page, /Pergunta/)
      ).click();
      await expect(page.getByLabel('Guardar como')).toBeVisible();
      expect.soft([size, 'step', await violations(page)]).toEqual([size, 'step', []]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (size === 'phone') expect.soft(width).toBe(390);
    }
  });
}
