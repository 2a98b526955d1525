import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from '@playwright/test';
import { violations } from './axe';
import { expect, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const KEY = 'canal-de-teste';
const TOPIC = 'conversation:c1';

/** A web chat server of one conversation, as the widget meets it. */
class FakeWebchat {
  readonly messages: object[] = [];
  readonly heard: { name?: string; op?: string; data?: Record<string, unknown>; command_id?: string }[] = [];
  readonly opened: string[] = [];
  readonly left: unknown[] = [];
  isAway = false;
  private seq = 0;
  private socket: WebSocketRoute | null = null;
  private readonly answered = new Map<string, object>();

  constructor(readonly channel: { name: string; is_open: boolean; config: object }) {}

  async serve(page: Page): Promise<void> {
    await page.route('**/api/v1/webchat/**', async (route) => {
      const request = route.request();
      const path = new URL(request.url()).pathname.replace('/api/v1/webchat/', '');
      const session = { visitor_token: 'visitante', conversation_id: 'c1' };
      if (path === 'channel') return route.fulfill({ json: this.channel });
      if (path === 'offline') this.left.push(request.postDataJSON());
      if (path === 'sessions' || path === 'offline') return route.fulfill({ status: 201, json: session });
      if (path === 'attachments') {
        const name = /filename="([^"]+)"/.exec(request.postData() ?? '')?.[1] ?? '';
        if (name.endsWith('.exe')) return route.fulfill({ status: 422, json: { code: 'invalid' } });
        const file = {
          id: 'f1',
          filename: name,
          content_type: 'application/pdf',
          size: 9,
          url: '',
          thumbnail_url: null,
        };
        return route.fulfill({ status: 201, json: file });
      }
      return route.fulfill({ status: 200, contentType: 'application/pdf', body: '%PDF-1.4' });
    });
    await page.routeWebSocket(/\/ws\/webchat/, (socket) => {
      this.opened.push(new URL(socket.url()).search);
      if (this.isAway) {
        void socket.close({ code: 1012 });
        return;
      }
      this.socket = socket;
      const since = new URL(socket.url()).searchParams.get('since');
      const answer = { re: 0, ok: true, topic: TOPIC, epoch: 'e', seq: this.seq };
      const snapshot = { id: 'c1', status: 'open', rating: null, messages: this.messages, has_more: false };
      socket.send(JSON.stringify(since === null ? { ...answer, snapshot } : { ...answer, events: [] }));
      socket.onMessage((text) => this.take(JSON.parse(String(text))));
    });
  }

  private take(frame: {
    id: number;
    op: string;
    name: string;
    command_id: string;
    data: Record<string, unknown>;
  }) {
    this.heard.push(frame);
    if (frame.op !== 'command') return;
    const done = this.answered.get(frame.command_id);
    const message = done ?? (frame.name === 'send_message' ? this.received(frame.data) : {});
    this.answered.set(frame.command_id, message);
    this.send({ re: frame.id, ok: true, seq: this.seq, data: message });
  }

  private received({ content, attachment_id }: Record<string, unknown>): object {
    const attachment = attachment_id
      ? {
          id: attachment_id,
          filename: 'pedido.pdf',
          content_type: 'application/pdf',
          size: 9,
          thumbnail_url: null,
        }
      : null;
    return this.say(
      { sender_type: 'customer', sender_name: 'Visitante', content, attachment },
      'message.received',
    );
  }

  say(fields: object, type = 'message.sent'): object {
    const number = this.messages.length + 1;
    const message = {
      id: `m${number}`,
      number,
      sender_type: 'attendant',
      sender_name: 'Ana Prado',
      content: '',
      message_type: 'text',
      attachment: null,
      metadata: {},
      delivery: 'sent',
      is_read: false,
      created_at: '2026-11-22T12:00:00Z',
      ...fields,
    };
    this.messages.push(message);
    this.happens(type, message);
    return message;
  }

  happens(type: string, data: object): void {
    this.seq += 1;
    this.send({ topic: TOPIC, seq: this.seq, type, at: '2026-11-22T12:00:00Z', data });
  }

  send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  async cut(): Promise<void> {
    this.isAway = true;
    await this.socket?.close({ code: 1012 });
    this.socket = null;
  }

  commands(name: string) {
    return this.heard.filter((frame) => frame.name === name);
  }
}

async function visit(
  browser: Browser,
  channel: Partial<FakeWebchat['channel']> = {},
  options: BrowserContextOptions = {},
): Promise<{ page: Page; server: FakeWebchat }> {
  const server = new FakeWebchat({ name: 'Loja', is_open: true, config: {}, ...channel });
  const context = await browser.newContext({ ...test.info().project.use, ...options });
  const page = await context.newPage();
  await server.serve(page);
  await page.goto(`/demo/shop?channel=${KEY}`);
  return { page, server };
}

const opener = (page: Page) => page.getByRole('button', { name: /^Abrir a conversa/ });
const log = (page: Page) => page.getByRole('log', { name: 'Mensagens' });

test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close();
});

test('a visitor talks, chooses, sends a file, sees who writes, and rates at the end', async ({ browser }) => {
  const { page, server } = await visit(browser);
  await opener(page).click();
  await expect(log(page)).toContainText('Olá. Escreva aqui');
  await expect(page.getByLabel('Escreva uma mensagem')).toBeFocused();

  await page.keyboard.type('Quero trocar um vaso');
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText('Enviada');
  expect(server.heard.some(({ name, op }) => op === 'signal' && name === 'typing')).toBe(true);
  server.say({
    sender_type: 'bot',
    content: 'Com quem?',
    metadata: { options: [{ key: '2', label: 'Com uma pessoa' }] },
  });
  await page.getByRole('button', { name: 'Com uma pessoa' }).click();
  await expect(page.getByRole('button', { name: 'Com uma pessoa' })).toHaveCount(0);
  expect(server.commands('send_message').at(-1)?.data).toEqual({ content: '2' });

  server.send({ topic: TOPIC, signal: 'typing', by: { id: 'ana', name: 'Ana Prado' }, data: {} });
  await expect(page.getByText('Ana Prado está escrevendo…')).toBeVisible();
  server.say({ content: '<img src=x onerror="document.title=1"> <b>Oi</b>' });
  await expect(log(page)).toContainText('<b>Oi</b>');
  await expect(page.getByText('está escrevendo')).toHaveCount(0);
  await expect.poll(() => server.commands('mark_read').at(-1)?.data).toEqual({ message_id: 'm4' });
  server.happens('message.status', { message_id: 'm3', number: 3, of_customer: true, delivery: 'read' });
  await expect(log(page)).toContainText('Vista');

  const upload = (name: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') });
  await upload('virus.exe');
  await expect(page.getByRole('alert')).toHaveText('virus.exe não é de um tipo que podemos receber.');
  await upload('pedido.pdf');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Arquivo: pedido.pdf' }).click();
  expect((await saved).suggestedFilename()).toBe('pedido.pdf');

  server.happens('conversation.closed', { id: 'c1', status: 'closed' });
  await page.getByRole('radio', { name: '4 de 5' }).check();
  await page.getByLabel('Quer contar algo mais?').fill('Rápido');
  await page.getByRole('button', { name: 'Avaliar' }).click();
  await expect(page.getByText('Obrigado pela avaliação.')).toBeVisible();
  expect(server.commands('rate')[0]?.data).toEqual({ score: 4, comment: 'Rápido' });
});

test('what is written without a connection is sent once when it is back', async ({ browser }) => {
  const { page, server } = await visit(browser);
  await opener(page).click();
  await page.getByLabel('Escreva uma mensagem').fill('Oi');
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText('Enviada');
  await server.cut();
  await expect(page.getByText('Sem conexão')).toBeVisible();
  await page.getByLabel('Escreva uma mensagem').fill('Ainda estou aqui');
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText('Enviando…');
  server.isAway = false;
  await expect(log(page)).toContainText('Enviada');
  await expect(page.getByText('Sem conexão')).toHaveCount(0);
  await expect(log(page).getByText('Ainda estou aqui')).toHaveCount(1);
  expect(server.opened.at(-1)).toContain('since=1&epoch=e');
});

test('who comes back goes on, and hears of what was said while the panel is closed', async ({ browser }) => {
  const { page, server } = await visit(browser);
  await opener(page).click();
  await page.getByLabel('Escreva uma mensagem').fill('Oi');
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText('Enviada');
  await page.keyboard.press('Escape');
  await expect(opener(page)).toBeFocused();
  server.say({ content: 'Já vejo.' });
  await expect(page.getByRole('button', { name: 'Abrir a conversa: 1 novas' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Abrir a conversa: 1 novas' }).click();
  await expect(log(page)).toContainText('Já vejo.');
});

test('out of hours a message is left', async ({ browser }) => {
  const { page, server } = await visit(browser, { is_open: false });
  await opener(page).click();
  await page.getByRole('button', { name: 'Deixar mensagem' }).click();
  await expect(page.getByRole('alert')).toContainText('Preencha os três campos');
  await page.getByLabel('Seu nome').fill('Rita Prado');
  await page.getByLabel('Seu e-mail').fill('rita@exemplo.com.br');
  await page.getByLabel('Sua mensagem').fill('Têm vasos grandes?');
  await page.getByRole('button', { name: 'Deixar mensagem' }).click();
  await expect(log(page)).toBeVisible();
  expect(server.left).toEqual([
    { channel_key: KEY, name: 'Rita Prado', email: 'rita@exemplo.com.br', message: 'Têm vasos grandes?' },
  ]);
});

test('it looks and speaks as the channel says', async ({ browser }) => {
  const { page } = await visit(browser, {
    config: { color: '#ffcc00', title: 'Ajuda da loja', position: 'left' },
  });
  const box = await opener(page).boundingBox();
  expect(box?.x).toBeLessThan(100);
  await opener(page).click();
  const header = page.getByRole('dialog', { name: 'Ajuda da loja' }).locator('header');
  await expect(header).toHaveCSS('background-color', 'rgb(255, 204, 0)');
  await expect(header).toHaveCSS('color', 'rgb(0, 0, 0)');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the widget is accessible and fits a phone, ${colorScheme}`, async ({ browser }) => {
    for (const [size, options] of [
      ['desktop', {}],
      ['phone', PHONE],
    ] as const) {
      const { page, server } = await visit(browser, {}, { ...options, colorScheme, reducedMotion: 'reduce' });
      await expect(opener(page)).toBeVisible();
      expect.soft([size, 'closed', await violations(page)]).toEqual([size, 'closed', []]);
      await opener(page).click();
      await expect(log(page)).toBeVisible();
      server.say({
        sender_type: 'bot',
        content: 'Como posso ajudar?',
        metadata: { options: [{ key: '1', label: 'Comprar' }] },
      });
      server.say({ sender_type: 'system', content: 'Ana entrou na conversa.' });
      server.say({ content: 'Oi, sou a Ana.' });
      await page.getByLabel('Escreva uma mensagem').fill('Olá');
      await page.keyboard.press('Enter');
      await expect(log(page)).toContainText('Enviada');
      server.happens('conversation.closed', { id: 'c1', status: 'closed' });
      await page.getByRole('radio', { name: '5 de 5' }).check();
      expect.soft([size, 'open', await violations(page)]).toEqual([size, 'open', []]);
      await page.screenshot({ path: test.info().outputPath(`${size}.png`) });
      expect
        .soft(await page.evaluate(() => document.documentElement.scrollWidth))
        .toBeLessThanOrEqual(size === 'phone' ? 390 : 1440);
    }
  });
}
