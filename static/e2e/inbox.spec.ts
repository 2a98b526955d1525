import type { Locator, Page } from '@playwright/test';
import type { Session } from '../src/api/types';
import { violations } from './axe';
import { type Company, expect, isLive, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SCRIPT = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

interface Channel {
  id: string;
  public_key: string;
}

const list = (page: Page) => page.getByRole('complementary', { name: 'Lista de conversas' });
const row = (page: Page, name: string | RegExp) => list(page).getByRole('link', { name });
const views = (page: Page) => page.getByRole('navigation', { name: 'Quais conversas' });
const said = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
const reply = (page: Page) => page.getByRole('textbox', { name: /^Responder a/ });
const note = (page: Page) => page.getByRole('textbox', { name: /^Nota sobre/ });
const takeOver = (page: Page) => page.getByRole('button', { name: 'Assumir' });
const badge = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Principal' }).getByRole('link', { name });

const openChannel = (company: Company): Promise<Channel> =>
  company.post<Channel>('/channels', { kind: 'webchat', name: 'Site', config: {} });

/** A customer who has asked for a person, and waits. */
async function waiting(company: Company, name: string, asks: string, channel?: Channel): Promise<string> {
  const { public_key: channel_key } = channel ?? (await openChannel(company));
  const who = { channel_key, name, email: 'cliente@exemplo.com.br' };
  const { visitor_token, conversation_id } = await company.post<{
    visitor_token: string;
    conversation_id: string;
  }>('/webchat/offline', { ...who, message: 'Oi' });
  for (const message of ['2', asks])
    await company.post('/webchat/offline', { ...who, visitor_token, message });
  return conversation_id;
}

async function open(company: Company, path: string, person?: Session, options = {}): Promise<Page> {
  const page = await company.open(path, person, options);
  await expect(isLive(page)).toBeVisible();
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await reply(page).fill(text);
  await reply(page).press('Enter');
}

/** The visitor's side. */
const widget = {
  log: (page: Page): Locator => page.getByRole('log', { name: 'Mensagens' }),
  field: (page: Page): Locator => page.getByLabel('Escreva uma mensagem'),
  async say(page: Page, words: string): Promise<void> {
    await widget.field(page).fill(words);
    await page.keyboard.press('Enter');
  },
};

/** What the server tells this window is held back until it is let go; what the window asks goes out. */
async function holdable(page: Page): Promise<{ hold(): void; release(): void }> {
  let held: (() => void)[] | null = null;
  await page.routeWebSocket(/\/ws\?/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (held) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  return {
    hold() {
      held = [];
    },
    release() {
      const late = held ?? [];
      held = null;
      for (const deliver of late) deliver();
    },
  };
}

test('of two who take over in the same second one gets the customer and the other is told; it is answered, closed, rated and goes on', async ({
  company,
}) => {
  test.setTimeout(150_000);
  const ana = await company.person('Ana Prado', 'attendant');
  const bruno = await company.person('Bruno Dias', 'attendant');
  const channel = await openChannel(company);
  const pages = await Promise.all([ana, bruno].map((person) => company.open('/settings', person)));
  const gates = await Promise.all(pages.map(holdable));
  for (const page of pages) {
    await page.goto('/inbox?view=queue');
    await expect(isLive(page)).toBeVisible();
    await expect(list(page).getByText('Ninguém na fila')).toBeVisible();
  }

  // The visitor talks to the bot and asks for a person.
  const visitor = await company.open(`/demo/shop?channel=${channel.public_key}`);
  await visitor.getByRole('button', { name: 'Abrir a conversa' }).click();
  await widget.say(visitor, 'Oi');
  await visitor.getByRole('button', { name: 'Quero comprar' }).click();
  await expect(widget.log(visitor)).toContainText('Qual é o seu nome?');
  await widget.say(visitor, SCRIPT);
  await expect(widget.log(visitor)).toContainText('Que produto ou serviço você procura?');
  await widget.say(visitor, `Vasos ${SCRIPT}`);
  await expect(widget.log(visitor)).toContainText('Já estou chamando alguém');

  // Both see it come into the queue, open it, and click before either has heard of the other.
  for (const page of pages) {
    await list(page).getByRole('link').first().click();
    await expect(said(page, 'Vasos')).toContainText(SCRIPT);
    await expect(takeOver(page)).toBeEnabled();
    await expect(badge(page, 'Conversas: 1 não lida')).toBeVisible();
  }
  for (const gate of gates) gate.hold();
  await Promise.all(pages.map((page) => takeOver(page).click()));
  for (const gate of gates) gate.release();
  const told = (page: Page) =>
    page.getByRole('alert').filter({ hasText: 'assumiu este atendimento há instantes' });
  for (const page of pages) await expect(reply(page).or(told(page))).toBeVisible();
  const isAna = await reply(pages[0] as Page).isVisible();
  const [winner, loser] = (isAna ? pages : pages.toReversed()) as [Page, Page];
  const name = isAna ? 'Ana Prado' : 'Bruno Dias';
  await expect(told(loser)).toHaveText(`${name} assumiu este atendimento há instantes.`);
  await expect(reply(loser)).toHaveCount(0);
  await expect(takeOver(loser)).toHaveCount(0);
  await expect(widget.log(visitor).getByText(`${name} assumiu o atendimento`)).toHaveCount(1);

  // Typing, both ways, and how far what was said has come.
  await reply(winner).pressSequentially('Olá');
  await expect(widget.log(visitor)).toContainText(`${name} está escrevendo…`);
  await expect(loser.getByText(`${name.split(' ')[0]} está digitando…`)).toBeVisible();
  await say(winner, 'Olá. Para quando são os vasos?');
  await expect(widget.log(visitor)).toContainText('Para quando são os vasos?');
  await expect(said(winner, 'Para quando').getByRole('img', { name: 'Lida pelo cliente' })).toBeVisible();
  await widget.field(visitor).pressSequentially('Para');
  await expect(winner.getByText('Cliente está digitando…')).toBeVisible();
  await widget.field(visitor).fill('');
  await widget.say(visitor, 'Para sábado');
  await expect(said(winner, 'Para sábado')).toBeVisible();
  await expect(winner.getByText('Cliente está digitando…')).toHaveCount(0);

  // A note is the company's; files go both ways.
  await reply(winner).press('Tab');
  await note(winner).fill('Cliente antigo');
  await note(winner).press('Enter');
  await expect(said(loser, 'Cliente antigo')).toBeVisible();
  await note(winner).press('Escape');
  const file = (filename: string) => ({
    name: filename,
    mimeType: 'text/plain',
    buffer: Buffer.from(`arquivo ${filename}`),
  });
  await visitor.locator('input[type=file]').setInputFiles(file('medidas.txt'));
  await expect(said(winner, 'medidas.txt').getByRole('link', { name: /medidas\.txt/ })).toBeVisible();
  await winner.locator('input[type=file]').setInputFiles(file('orcamento.txt'));
  await expect(winner.getByRole('button', { name: 'Enviar', exact: true })).toBeEnabled();
  await say(winner, 'Segue o orçamento');
  await expect(visitor.getByRole('button', { name: 'Arquivo: orcamento.txt' })).toBeVisible();

  // It ends, is rated, and goes on when the visitor writes again.
  await winner.getByRole('button', { name: 'Encerrar' }).click();
  await winner.getByLabel('Como terminou').fill('Orçamento enviado');
  await winner.getByRole('dialog').getByRole('button', { name: 'Encerrar' }).click();
  await expect(winner.getByText('Orçamento enviado')).toBeVisible();
  await visitor.getByRole('radio', { name: '5 de 5' }).check();
  await visitor.getByRole('button', { name: 'Avaliar' }).click();
  await expect(winner.getByRole('img', { name: 'Avaliação do cliente: 5 de 5' })).toBeVisible();
  await widget.say(visitor, 'Só mais uma coisa');
  await expect(said(winner, 'Só mais uma coisa')).toBeVisible();
  await expect(takeOver(winner)).toBeVisible();
  await views(loser).getByRole('button', { name: /Fila/ }).click();
  await expect(row(loser, /Só mais uma coisa/)).toBeVisible();
  await takeOver(loser).click();
  await expect(reply(loser)).toBeVisible();
  await expect(row(loser, /Só mais uma coisa/)).toHaveCount(0);

  await expect(widget.log(visitor)).not.toContainText('Cliente antigo');
  await expect(winner).toHaveTitle(/Balcão/);
  for (const page of [...pages, visitor]) {
    expect(await page.evaluate(() => document.querySelectorAll('img[src="x"]').length)).toBe(0);
  }
});

test('while the bot is in charge there is one button, and a supervisor takes over from whoever has it', async ({
  company,
}) => {
  const ana = await company.person('Ana Prado', 'attendant');
  const id = await waiting(company, 'Joana Lima', 'A caixa chegou aberta');
  const page = await open(company, `/inbox/${id}`, ana);
  await expect(page.getByText('Robô em silêncio')).toBeVisible();
  await takeOver(page).click();
  await say(page, 'Vou ver com a transportadora');

  const boss = await open(company, `/inbox/${id}`);
  await expect(boss.getByText('Ana Prado está atendendo.')).toBeVisible();
  await boss.getByRole('button', { name: 'Escrever nota' }).first().click();
  await note(boss).fill('Reponha sem custo');
  await note(boss).press('Enter');
  await expect(said(page, 'Reponha sem custo')).toBeVisible();
  await takeOver(boss).click();
  await expect(reply(boss)).toBeVisible();
  await expect(page.getByText('Helena Duarte está atendendo.')).toBeVisible();
  await expect(reply(page)).toHaveCount(0);

  // Back to the bot, with a reason that stays.
  await boss.getByRole('button', { name: 'Mais opções' }).click();
  await boss.getByRole('menuitem', { name: 'Transferir' }).click();
  const dialog = boss.getByRole('dialog', { name: 'Transferir o atendimento' });
  await dialog.getByText('Robô', { exact: true }).click();
  await dialog.getByLabel('Motivo').fill('Já resolvido');
  await dialog.getByRole('button', { name: 'Transferir agora' }).click();
  await expect(boss.getByText('Robô ativo')).toBeVisible();
  await expect(takeOver(boss)).toBeVisible();
  await expect(boss.getByRole('complementary', { name: 'Cliente' }).getByText('Já resolvido')).toBeVisible();
});

test('a conversation goes to a colleague, who is told and finds it among their own', async ({ company }) => {
  const ana = await company.person('Ana Prado', 'attendant');
  const vera = await company.person('Vera Lima', 'seller');
  const id = await waiting(company, 'Joana Lima', 'Quero um sofá');
  await company.post(`/conversations/${id}/takeover`, {});
  const there = await open(company, '/inbox', vera);
  await expect(there.getByText('Nenhuma conversa com você')).toBeVisible();
  const here = await open(company, `/inbox/${id}`);
  await here.getByRole('button', { name: 'Mais opções' }).click();
  await here.getByRole('menuitem', { name: 'Transferir' }).click();
  const dialog = here.getByRole('dialog', { name: 'Transferir o atendimento' });
  await dialog.getByRole('combobox', { name: 'Para quem' }).click();
  await here.getByRole('option', { name: 'Vera Lima' }).click();
  await dialog.getByRole('button', { name: 'Transferir agora' }).click();
  await expect(row(there, /Joana Lima/)).toBeVisible();
  await row(there, /Joana Lima/).click();
  await say(there, 'Oi, Joana. Que tamanho?');
  await expect(said(here, 'Que tamanho?')).toBeVisible();

  // Who sees only their own loses it with it.
  await company.post(`/conversations/${id}/transfer`, { to_user_id: ana.user.id });
  await expect(there.getByText('Esta conversa não está mais com você')).toBeVisible();
  await expect(row(there, /Joana Lima/)).toHaveCount(0);
});

test('without a connection one goes on writing: it is said so, and sent once; a draft waits over a reload', async ({
  company,
}) => {
  const id = await waiting(company, 'Joana Lima', 'Quero um sofá');
  await company.post(`/conversations/${id}/takeover`, {});
  const page = await open(company, `/inbox/${id}`);
  await expect(reply(page)).toBeVisible();
  await page.context().setOffline(true);
  await expect(isLive(page)).toHaveCount(0, { timeout: 20_000 });
  await say(page, 'Escrito sem conexão');
  await expect(said(page, 'Escrito sem conexão')).toContainText('Será enviada quando a conexão voltar');
  await expect(page.getByRole('button', { name: 'Encerrar' })).toBeDisabled();
  await page.context().setOffline(false);
  await expect(isLive(page)).toBeVisible({ timeout: 20_000 });
  await expect(said(page, 'Será enviada')).toHaveCount(0);
  await expect(said(page, 'Escrito sem conexão')).toHaveCount(1);

  await reply(page).fill('Depois eu termino');
  await reply(page).press('Tab');
  await note(page).fill('Perguntar ao estoque');
  await page.reload();
  await expect(reply(page)).toHaveValue('Depois eu termino');
  await reply(page).press('Tab');
  await expect(note(page)).toHaveValue('Perguntar ao estoque');
  await expect(row(page, /Rascunho: Depois eu termino/)).toBeVisible();
});

test('a long history comes as one scrolls up, without a jump, and an answered message is gone to', async ({
  company,
}) => {
  const id = await waiting(company, 'Joana Lima', 'Quero um sofá lilás');
  await company.post(`/conversations/${id}/takeover`, {});
  for (let line = 1; line <= 120; line += 1) {
    await company.post('/messages', { conversation_id: id, content: `Linha ${line}` });
  }
  const first = (
    await company.get<{ items: { id: string; content: string }[] }>(
      `/messages?conversation_id=${id}&limit=100`,
    )
  ).items.find(({ content }) => content === 'Linha 30');
  await company.post('/messages', { conversation_id: id, content: 'Sobre isto', reply_to: first?.id });
  const page = await open(company, `/inbox/${id}`);
  const log = page.getByRole('log');
  const atEnd = () => log.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight < 4);
  await expect.poll(atEnd).toBe(true);
  await expect(said(page, 'lilás')).toHaveCount(0);

  let arrive = () => {};
  const mayArrive = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/api/v1/messages?**', async (route) => {
    await mayArrive;
    await route.continue();
  });
  await log.evaluate((it) => it.scrollTo(0, 300));
  await expect(page.getByRole('status', { name: 'Carregando mensagens' })).toBeVisible();
  const seen = log.getByRole('article').filter({ hasText: /Linha/ }).nth(12);
  const text = (await seen.locator('p').innerText()).trim();
  const place = async () => (await log.getByText(text, { exact: true }).boundingBox())?.y ?? Number.NaN;
  const height = await log.evaluate((it) => it.scrollHeight);
  const before = await place();
  arrive();
  await expect.poll(() => log.evaluate((it) => it.scrollHeight)).toBeGreaterThan(height + 500);
  await expect(page.getByRole('status', { name: 'Carregando mensagens' })).toHaveCount(0);
  expect(Math.abs((await place()) - before)).toBeLessThan(4);

  await page.getByRole('button', { name: 'Ir para o fim' }).click();
  await expect.poll(atEnd).toBe(true);
  await said(page, 'Sobre isto')
    .getByRole('button', { name: /Linha 30|Mensagem anterior/ })
    .click();
  await expect(said(page, 'Linha 30').first()).toBeInViewport();
});

test('the list is live, found in by name, and walked through by keys', async ({ company }) => {
  const channel = await openChannel(company);
  await waiting(company, 'Joana Lima', 'Quero um sofá', channel);
  const page = await open(company, '/inbox');
  await expect(page.getByText('Há 1 pessoa esperando na fila.')).toBeVisible();
  await page.getByRole('button', { name: 'Ver a fila' }).click();
  await expect(row(page, /Joana Lima/)).toBeVisible();
  await waiting(company, 'Pedro Souza', 'Meu pedido sumiu', channel);
  await expect(row(page, /Pedro Souza/)).toBeVisible();
  await expect(badge(page, 'Conversas: 2 não lidas')).toBeVisible();
  await expect(views(page).getByRole('button', { name: /^Fila\s*2$/ })).toBeVisible();

  // First come, first served.
  await expect(list(page).getByRole('listitem').first()).toContainText('Joana Lima');
  await row(page, /Joana Lima/).focus();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, /Pedro Souza/)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'Pedro Souza' }).first()).toBeVisible();

  await page.getByRole('searchbox', { name: /Buscar por nome/ }).fill('joana');
  await expect(row(page, /Pedro Souza/)).toHaveCount(0);
  await expect(row(page, /Joana Lima/)).toBeVisible();
  await page.getByRole('searchbox', { name: /Buscar por nome/ }).fill('ninguém assim');
  await expect(page.getByText('Ninguém encontrado')).toBeVisible();
});

test('a long list comes a page at a time as one scrolls, each customer once, also while others write', async ({
  company,
}) => {
  const { public_key: channel_key } = await openChannel(company);
  const write = (nth: number) =>
    company.post('/webchat/offline', {
      channel_key,
      name: `Cliente ${nth}`,
      email: `cliente${nth}@exemplo.com.br`,
      message: 'Oi',
    });
  for (let nth = 1; nth <= 120; nth += 1) await write(nth);
  const page = await open(company, '/inbox?view=all');
  await expect(views(page).getByRole('button', { name: /^Todas\s*120$/ })).toBeVisible();
  await expect(list(page).getByRole('listitem').first()).toContainText('Cliente 120');
  await write(121);
  await expect(list(page).getByRole('listitem').first()).toContainText('Cliente 121');
  await row(page, /Cliente 121/).focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(row(page, /Cliente 1 \d/)).toBeFocused({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(list(page).getByRole('listitem').last()).toHaveAttribute('aria-setsize', '121');
});

test('what is put aside steps back and comes to the front when the customer writes', async ({ company }) => {
  const channel = await openChannel(company);
  const who = { channel_key: channel.public_key, name: 'Joana Lima', email: 'cliente@exemplo.com.br' };
  const { visitor_token, conversation_id } = await company.post<{
    visitor_token: string;
    conversation_id: string;
  }>('/webchat/offline', { ...who, message: 'Oi' });
  await company.post(`/conversations/${conversation_id}/takeover`, {});
  const page = await open(company, `/inbox/${conversation_id}`);
  await page.getByRole('button', { name: 'Mais opções' }).click();
  await page.getByRole('menuitem', { name: 'Adiar' }).click();
  await page.getByRole('button', { name: /^Até amanhã cedo/ }).click();
  await expect(page.getByText(/adiada até/)).toBeVisible();
  await expect(list(page).getByText('Adiadas')).toBeVisible();
  await expect(reply(page)).toBeVisible();
  await company.post('/webchat/offline', { ...who, visitor_token, message: 'Pensei melhor' });
  await expect(said(page, 'Pensei melhor')).toBeVisible();
  await expect(list(page).getByText('Adiadas')).toHaveCount(0);
  await expect(row(page, /Pensei melhor/)).toBeVisible();
});

test('the customer’s data are changed where one talks with them', async ({ company }) => {
  const id = await waiting(company, 'Joana', 'Quero um sofá');
  await company.post(`/conversations/${id}/takeover`, {});
  const page = await open(company, `/inbox/${id}`);
  const panel = page.getByRole('complementary', { name: 'Cliente' });
  await expect(panel.getByText('cliente@exemplo.com.br')).toBeVisible();
  await panel.getByRole('button', { name: 'Editar os dados do cliente' }).click();
  await panel.getByLabel('Nome').fill('Joana Lima');
  await panel.getByLabel('Telefone').fill('123');
  await panel.getByRole('button', { name: 'Salvar' }).click();
  await expect(panel.getByLabel('Telefone')).toHaveAttribute('aria-invalid', 'true');
  await panel.getByLabel('Telefone').fill('11 98888-7777');
  await panel.getByRole('button', { name: 'Salvar' }).click();
  await expect(panel.getByRole('link', { name: '(11) 98888-7777' })).toBeVisible();
  await expect(row(page, /Joana Lima/)).toBeVisible();
  await panel.getByRole('combobox', { name: 'Etiquetas' }).fill('urgente');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await company.get<{ tags: string[] }>(`/conversations/${id}`)).tags)
    .toContain('urgente');

  // Without a language model that is said, and nothing is lost.
  await reply(page).fill('Bom dia');
  await page.getByRole('button', { name: 'Sugerir uma resposta' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'inteligência artificial' })).toBeVisible();
  await expect(reply(page)).toHaveValue('Bom dia');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the inbox is accessible in the ${colorScheme} theme, and fits a phone`, async ({ company }) => {
    test.setTimeout(120_000);
    const theme = { colorScheme, reducedMotion: 'reduce' as const };
    const channel = await openChannel(company);
    const id = await waiting(company, 'Joana Lima', 'Quero um sofá', channel);
    await waiting(company, 'Um nome de cliente que não acaba mais de tão comprido que é', 'Oi', channel);
    await company.post(`/conversations/${id}/takeover`, {});
    await company.post('/messages', { conversation_id: id, content: 'Oi. Veja https://exemplo.com.br' });
    await company.post(`/conversations/${id}/notes`, { content: 'Cliente antigo' });

    const page = await open(company, '/inbox?view=queue', company.admin, theme);
    await expect(list(page).getByRole('link')).toHaveCount(1);
    expect.soft(await violations(page)).toEqual([]);
    await list(page).getByRole('link').click();
    await expect(takeOver(page)).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.screenshot({ path: test.info().outputPath('queue.png') });
    await views(page)
      .getByRole('button', { name: /Minhas/ })
      .click();
    await row(page, /Joana Lima/).click();
    await expect(reply(page)).toBeVisible();
    await expect(said(page, 'Cliente antigo')).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.screenshot({ path: test.info().outputPath('mine.png') });
    await reply(page).press('Tab');
    await expect(note(page)).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Mais opções' }).click();
    await page.getByRole('menuitem', { name: 'Transferir' }).click();
    await expect(page.getByRole('dialog', { name: 'Transferir o atendimento' })).toBeVisible();
    expect.soft(await violations(page)).toEqual([]);

    const phone = await open(company, '/inbox', company.admin, { ...PHONE, ...theme });
    await row(phone, /Joana Lima/).tap();
    await expect(reply(phone)).toBeVisible();
    await expect(list(phone)).toBeHidden();
    expect.soft(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect.soft(await violations(phone)).toEqual([]);
    await phone.screenshot({ path: test.info().outputPath('phone.png') });
    await phone.getByRole('button', { name: 'Cliente', exact: true }).tap();
    await expect(phone.getByRole('dialog', { name: 'Cliente' })).toBeVisible();
    expect.soft(await violations(phone)).toEqual([]);
    await phone.getByRole('dialog').getByRole('button', { name: 'Fechar' }).tap();
    await phone.getByRole('link', { name: 'Voltar às conversas' }).tap();
    await expect(list(phone)).toBeVisible();
    expect.soft(await violations(phone)).toEqual([]);
    await phone.screenshot({ path: test.info().outputPath('phone-list.png') });
  });
}
