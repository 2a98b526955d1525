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

/** A visitor who was handed over and is being answered by the company's admin. */
async function attended(company: Company): Promise<{ page: Page; conversation: Conversation }> {
  const { page } = await visit(company);
  await say(page, 'Oi');
  await page.getByRole('button', { name: 'Falar com uma pessoa' }).click();
  await expect(log(page)).toContainText('Já estou chamando alguém');
  const [waiting] = (await company.get<{ items: Conversation[] }>('/conversations?status=waiting')).items;
  if (!waiting) throw new Error('nobody waits');
  await company.post(`/conversations/${waiting.id}/takeover`, {});
  await answer(company, waiting, 'Sou a Helena.');
  await expect(log(page)).toContainText('Sou a Helena.');
  return { page, conversation: waiting };
}

const answer = (company: Company, { id }: Conversation, content: string) =>
  company.post<{ id: string }>('/messages', { conversation_id: id, content });

/** What was said, as the company has it. */
async function held(company: Company, { id }: Conversation): Promise<Message[]> {
  return (await company.get<{ items: Message[] }>(`/messages?conversation_id=${id}&limit=100`)).items;
}

interface Message {
  id: string;
  sender_type: string;
  content: string;
  is_read: boolean;
}

const count = (messages: Message[], content: string) =>
  messages.filter((message) => message.content === content).length;

test('the visitor gets the attendant’s file, sees who writes, and what was seen', async ({
  company,
  request,
}) => {
  const { page, conversation } = await attended(company);
  const headers = { Authorization: `Bearer ${company.admin.accessToken}` };
  const uploaded = await request.post('/api/v1/attachments', {
    headers,
    multipart: {
      file: { name: 'garantia.txt', mimeType: 'text/plain', buffer: Buffer.from('Um ano de garantia') },
    },
  });
  const { id: attachment_id } = (await uploaded.json()) as { id: string };
  await company.post('/messages', { conversation_id: conversation.id, content: '', attachment_id });
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Arquivo: garantia.txt' }).click();
  expect((await saved).suggestedFilename()).toBe('garantia.txt');

  // The attendant's browser, as far as it writes.
  const staff = await company.open('/settings');
  await staff.evaluate(
    ([token, topic]) =>
      new Promise<void>((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/ws?token=${token}`);
        socket.onopen = () => socket.send(JSON.stringify({ id: 1, op: 'subscribe', topic }));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.re === 1)
            socket.send(JSON.stringify({ id: 2, op: 'signal', topic, name: 'typing', data: {} }));
          if (frame.re === 2) resolve();
        };
      }),
    [company.admin.accessToken, `conversation:${conversation.id}`] as const,
  );
  await expect(page.getByText('Helena Duarte está escrevendo…')).toBeVisible();
  await answer(company, conversation, 'Está no arquivo.');
  await expect(log(page)).toContainText('Está no arquivo.');
  await expect(page.getByText('está escrevendo')).toHaveCount(0);
  // An open panel shows what is said: the company knows that it was seen.
  await expect
    .poll(
      async () =>
        (await held(company, conversation)).find((one) => one.content === 'Está no arquivo.')?.is_read,
    )
    .toBe(true);

  await say(page, 'Recebi, obrigada');
  await expect(log(page)).toContainText('Enviada');
  const mine = (await held(company, conversation)).find((one) => one.content === 'Recebi, obrigada');
  const read = await request.patch(`/api/v1/messages/${mine?.id}/read`, { headers });
  expect(read.status()).toBe(204);
  await expect(log(page)).toContainText('Vista');
});

test('through a cut nothing is lost and nothing is doubled, in two windows of the visitor', async ({
  company,
}) => {
  const { page, conversation } = await attended(company);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.getByRole('button', { name: /^Abrir a conversa/ }).click();
  await expect(log(second)).toContainText('Sou a Helena.');

  await page.context().setOffline(true);
  await say(page, 'Estou no trem');
  await answer(company, conversation, 'Ainda está aí?');
  await answer(company, conversation, 'Espero por você.');
  await expect(log(page)).toContainText('Enviando…');
  await expect(page.getByText('Sem conexão. Suas mensagens serão enviadas')).toBeVisible({ timeout: 40_000 });
  await say(page, 'Vou já escrever');
  await page.context().setOffline(false);

  for (const window of [page, second]) {
    for (const words of ['Ainda está aí?', 'Espero por você.', 'Estou no trem', 'Vou já escrever']) {
      await expect(log(window).getByText(words, { exact: true })).toHaveCount(1, { timeout: 30_000 });
    }
  }
  await expect(log(page)).not.toContainText('Enviando…');
  const messages = await held(company, conversation);
  expect(['Estou no trem', 'Vou já escrever'].map((words) => count(messages, words))).toEqual([1, 1]);
  const order = messages.map(({ content }) => content);
  expect(order.indexOf('Estou no trem')).toBeLessThan(order.indexOf('Vou já escrever'));
});

test('what is left out of hours reaches the company with who left it', async ({ company }) => {
  await company.put('/bot/config/business_hours', { value: { mon: [] } });
  const { page } = await visit(company);
  await page.getByLabel('Seu nome').fill('Rita Prado');
  await page.getByLabel('Seu e-mail').fill('rita@exemplo.com.br');
  await page.getByLabel('Sua mensagem').fill('Têm vasos grandes?');
  await page.getByRole('button', { name: 'Deixar mensagem' }).click();
  await expect(log(page)).toContainText('Têm vasos grandes?');
  const [left] = (
    await company.get<{ items: (Conversation & { contact: { name: string } })[] }>('/conversations')
  ).items;
  if (!left) throw new Error('nothing was left');
  expect(left.contact.name).toBe('Rita Prado');
  expect(count(await held(company, left), 'Têm vasos grandes?')).toBe(1);

  // Who has left a message goes on in the chat, also out of hours.
  await company.post(`/conversations/${left.id}/takeover`, {});
  await answer(company, left, 'Temos, de barro.');
  await page.reload();
  await page.getByRole('button', { name: /^Abrir a conversa/ }).click();
  await expect(log(page)).toContainText('Temos, de barro.');
});
