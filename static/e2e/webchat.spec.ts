import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { type Company, expect, test } from './support';

interface Channel {
  id: string;
  public_key: string;
}

interface Conversation {
  id: string;
  status: string;
  rating: { score: number; comment: string | null } | null;
}

const log = (page: Page) => page.getByRole('log', { name: 'Mensagens' });

/** A visitor's browser on a page with the company's widget, opened. */
async function visit(company: Company): Promise<{ page: Page; channel: Channel }> {
  const channel = await company.post<Channel>('/channels', { kind: 'webchat', name: 'Site', config: {} });
  const page = await company.open(`/demo/shop?channel=${channel.public_key}`);
  await page.getByRole('button', { name: 'Abrir a conversa' }).click();
  return { page, channel };
}

async function say(page: Page, words: string): Promise<void> {
  await page.getByLabel('Escreva uma mensagem').fill(words);
  await page.keyboard.press('Enter');
}

test('a visitor talks with the bot, is handed over, answered live, and rates at the end', async ({
  company,
}) => {
  const { page } = await visit(company);
  await say(page, 'Oi');
  await page.getByRole('button', { name: 'Preciso de suporte' }).click();
  await expect(log(page)).toContainText('O que aconteceu?');
  await say(page, '<b>A tela</b> quebrou');
  await expect(log(page)).toContainText('Já estou chamando alguém');
  await expect(log(page)).toContainText('<b>A tela</b> quebrou');

  const [waiting] = (await company.get<{ items: Conversation[] }>('/conversations?status=waiting')).items;
  if (!waiting) throw new Error('nobody waits');
  await company.post(`/conversations/${waiting.id}/takeover`, {});
  await company.post('/messages', { conversation_id: waiting.id, content: 'Sou a Helena. Qual é o pedido?' });
  await expect(log(page)).toContainText('Sou a Helena. Qual é o pedido?');
  await company.post(`/conversations/${waiting.id}/notes`, { content: 'Cliente antigo' });

  await page.locator('input[type=file]').setInputFiles({
    name: 'pedido.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(`pedido ${randomUUID()}`),
  });
  await expect(page.getByRole('button', { name: 'Arquivo: pedido.txt' })).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Arquivo: pedido.txt' }).click();
  expect((await saved).suggestedFilename()).toBe('pedido.txt');

  await company.post(`/conversations/${waiting.id}/close`, { resolution: 'Trocado' });
  await page.getByRole('radio', { name: '5 de 5' }).check();
  await page.getByRole('button', { name: 'Avaliar' }).click();
  await expect(page.getByText('Obrigado pela avaliação.')).toBeVisible();
  const closed = await company.get<Conversation>(`/conversations/${waiting.id}`);
  expect([closed.status, closed.rating?.score]).toEqual(['closed', 5]);

  await page.reload();
  await page.getByRole('button', { name: /^Abrir a conversa/ }).click();
  await expect(log(page)).toContainText('Sou a Helena. Qual é o pedido?');
  await expect(log(page)).not.toContainText('Cliente antigo');
});
