import type { Page } from '@playwright/test';
import { violations } from './axe';
import { type Company, expect, test } from './support';

interface Channel {
  id: string;
  public_key: string;
  status: string;
  config: Record<string, unknown>;
}

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const FLOW = {
  name: 'Trocas',
  start: 'pessoa',
  nodes: [{ id: 'pessoa', type: 'handover', text: 'Já chamo alguém.', position: { x: 0, y: 0 } }],
};

const aChannel = (company: Company, config: object = {}) =>
  company.post<Channel>('/channels', { kind: 'webchat', name: 'Site', config });
const opener = (page: Page) => page.getByRole('button', { name: /^Abrir a conversa/ });
const preview = (page: Page) => page.getByRole('region', { name: 'Como fica' });
const origins = (page: Page) => page.getByRole('combobox', { name: 'Sites permitidos' });
const nameField = (page: Page) => page.getByRole('textbox', { name: 'Nome do fluxo' });

test('a web chat is made, dressed beside the real widget, put on a page, paused and deleted', async ({
  company,
}) => {
  const page = await company.open('/settings');
  await page.getByRole('link', { name: /^Canais/ }).click();
  await expect(page.getByRole('heading', { name: 'Nenhum canal ainda' })).toBeVisible();
  await page.getByRole('button', { name: 'Novo canal' }).click();
  await page.getByLabel('Nome do canal').fill('Site da loja');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Site da loja' })).toBeVisible();

  // The panel is open while the form changes it, and stays so.
  await preview(page).getByRole('button', { name: 'Abrir a conversa' }).click();
  const panel = preview(page).getByRole('dialog');
  await expect(panel).toContainText('Olá. Escreva aqui e respondemos na hora.');
  await page.getByLabel('Título').fill('Ajuda da loja');
  await page.getByLabel('Saudação').fill('Oi. Em que podemos ajudar?');
  await page.getByRole('textbox', { name: 'Cor', exact: true }).fill('#ffcc00');
  await expect(preview(page).getByRole('dialog', { name: 'Ajuda da loja' })).toContainText(
    'Oi. Em que podemos ajudar?',
  );
  await expect(panel.locator('header')).toHaveCSS('background-color', 'rgb(255, 204, 0)');
  await preview(page).getByText('Fora do horário').click();
  await expect(panel.getByRole('button', { name: 'Deixar mensagem' })).toBeVisible();
  await page.getByLabel('Texto do formulário').fill('Voltamos na segunda-feira.');
  await expect(panel).toContainText('Voltamos na segunda-feira.');
  await page.getByText('Esquerda', { exact: true }).click();

  await origins(page).fill('loja');
  await page.keyboard.press('Enter');
  await expect(page.getByText('“loja” não é um endereço de site')).toBeVisible();
  await origins(page).fill('www.minhaloja.com.br/contato');
  await page.keyboard.press('Enter');
  await expect(page.getByText('https://www.minhaloja.com.br', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByText('Salvo', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Salvar' })).toBeDisabled();
  const [channel] = (await company.get<{ items: Channel[] }>('/channels')).items;
  if (!channel) throw new Error('there is no channel');
  expect(channel.config).toEqual({
    title: 'Ajuda da loja',
    greeting: 'Oi. Em que podemos ajudar?',
    color: '#ffcc00',
    position: 'left',
    offline: 'form',
    offline_text: 'Voltamos na segunda-feira.',
    origins: ['https://www.minhaloja.com.br'],
  });
  // Looking at it has made no visitor of anybody.
  expect((await company.get<{ total: number }>('/conversations')).total).toBe(0);

  await expect(page.getByRole('region', { name: 'Código para o seu site' })).toContainText(
    `/widget.js?channel=${channel.public_key}" async></script>`,
  );
  const visitor = await company.open(`/demo/shop?channel=${channel.public_key}`);
  await opener(visitor).click();
  await expect(visitor.getByRole('dialog', { name: 'Ajuda da loja' })).toContainText('Oi. Em que podemos');

  await page.getByRole('link', { name: 'Canais' }).click();
  await page.getByRole('switch', { name: 'Site da loja recebe visitantes' }).click();
  await expect(page.getByText('está em pausa')).toBeVisible();
  await visitor.reload();
  await expect(visitor.getByRole('heading', { name: 'Casa do Barro' })).toBeVisible();
  await expect(opener(visitor)).toHaveCount(0);

  // The visitor has been there: the channel can be paused, not deleted.
  await page.getByRole('button', { name: 'Mais opções: Site da loja' }).click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
  await expect(page.getByRole('dialog')).toContainText('ele só pode ser pausado');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancelar' }).click();

  await aChannel(company, { color: '#b42318' });
  await page.reload();
  await page.getByRole('button', { name: 'Mais opções: Site', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
  await expect(page.getByText('1 canal', { exact: true })).toBeVisible();
});

test('what is not saved is asked about, by link and by the way back', async ({ company }) => {
  const channel = await aChannel(company);
  const page = await company.open('/settings/channels');
  await page.getByRole('link', { name: 'Site' }).click();
  await page.getByLabel('Título').fill('Ajuda');
  await page.getByRole('navigation').getByRole('link', { name: 'Quadros' }).click();
  const question = page.getByRole('dialog', { name: 'Sair sem salvar?' });
  await question.getByRole('button', { name: 'Continuar aqui' }).click();
  await expect(question).toHaveCount(0);
  await expect(page.getByLabel('Título')).toHaveValue('Ajuda');
  await page.goBack();
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(new RegExp(channel.id));
  await question.getByRole('button', { name: 'Sair sem salvar' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Canais' })).toBeVisible();
});

test('a queue is made and chosen where the bot hands over', async ({ company }) => {
  const page = await company.open('/settings/queues');
  await expect(page.getByRole('heading', { name: 'Só a fila geral' })).toBeVisible();
  await page.getByLabel('Nova fila').fill('Suporte');
  await page.getByRole('button', { name: 'Criar fila' }).click();
  await expect(page.getByRole('list', { name: 'Filas' })).toContainText('Suporte');
  await page.getByLabel('Nova fila').fill('Suporte');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Já existe um com este nome.')).toBeVisible();

  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  await page.goto(`/bot/${flow.id}`);
  await page.getByRole('group', { name: /Passar para a equipe/ }).click();
  await page.getByRole('combobox', { name: 'Para a fila' }).click();
  await page.getByRole('option', { name: 'Suporte' }).click();
  await page.getByRole('button', { name: 'Publicar' }).click();
  await expect(page.getByRole('button', { name: 'Versão 1' })).toBeVisible();

  const { public_key } = await aChannel(company, { flow_id: flow.id });
  const visitor = await company.open(`/demo/shop?channel=${public_key}`);
  await opener(visitor).click();
  await visitor.getByLabel('Escreva uma mensagem').fill('Oi');
  await visitor.keyboard.press('Enter');
  await expect(visitor.getByRole('log')).toContainText('Já chamo alguém.');
  const [queue] = (await company.get<{ items: { id: string; name: string }[] }>('/queues')).items;
  const waiting = await company.get<{ total: number }>(`/conversations?status=waiting&queue=${queue?.id}`);
  expect([queue?.name, waiting.total]).toEqual(['Suporte', 1]);

  await page.goto('/settings/queues');
  await page.getByRole('list', { name: 'Filas' }).getByRole('link', { name: 'Trocas' }).click();
  await expect(nameField(page)).toHaveValue('Trocas');

  // Somebody waits in it: it stays, and has hours of its own.
  await page.goto('/settings/queues');
  const menu = page.getByRole('button', { name: 'Mais opções: Suporte' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
  await expect(page.getByRole('dialog')).toContainText('Ainda há clientes esperando nesta fila.');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancelar' }).click();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Editar fila' }).click();
  await page.getByLabel('Nome da fila').fill('Suporte técnico');
  await page.getByRole('switch', { name: 'Horário próprio' }).click();
  await page.getByRole('listitem', { name: 'Sábado' }).getByRole('switch').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByRole('list', { name: 'Filas' })).toContainText('Suporte técnicoHorário próprio');
  const [changed] = (await company.get<{ items: { business_hours: object }[] }>('/queues')).items;
  expect(changed?.business_hours).toMatchObject({
    mon: [['08:00', '18:00']],
    sat: [['08:00', '18:00']],
    sun: [],
  });
});

test('a queue in which nobody waits is deleted', async ({ company }) => {
  await company.post('/queues', { name: 'Compras' });
  const page = await company.open('/settings/queues');
  await page.getByRole('button', { name: 'Mais opções: Compras' }).click();
  await page.getByRole('menuitem', { name: 'Excluir' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Excluir' }).click();
  await expect(page.getByRole('heading', { name: 'Só a fila geral' })).toBeVisible();
});

test('hours decide what new visitors find', async ({ company }) => {
  const page = await company.open('/settings');
  await page.getByRole('link', { name: /^Horário de atendimento/ }).click();
  await expect(page.getByText('Atendendo agora')).toBeVisible();
  await page.getByRole('switch', { name: 'Atender só em certos horários' }).click();
  const days = ['Segunda-feira', 'Terça-feira', 'Quarta-feira', 'Quinta-feira', 'Sexta-feira'];
  for (const day of days) await page.getByRole('listitem', { name: day }).getByRole('switch').click();
  await page.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByText('Fora do horário agora')).toBeVisible();

  const { public_key } = await aChannel(company);
  const visitor = await company.open(`/demo/shop?channel=${public_key}`);
  await opener(visitor).click();
  await expect(visitor.getByRole('button', { name: 'Deixar mensagem' })).toBeVisible();

  const sunday = page.getByRole('listitem', { name: 'Domingo' });
  await sunday.getByRole('switch').click();
  await sunday.getByLabel('Domingo: das').fill('00:00');
  await sunday.getByLabel('Domingo: até').fill('00:00');
  await sunday.getByRole('button', { name: 'Copiar o horário de Domingo' }).click();
  await page.getByRole('menuitem', { name: 'Para todos os dias' }).click();
  await page.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByText('Atendendo agora')).toBeVisible();
  await visitor.reload();
  await opener(visitor).click();
  await expect(visitor.getByRole('log')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Quarta-feira: até')).toHaveValue('00:00');
});

test('what the language model is told of the company is kept', async ({ company }) => {
  const page = await company.open('/settings/ai');
  await page.getByLabel('Instruções').fill('Seja breve.');
  await page.getByRole('button', { name: 'Adicionar texto' }).click();
  await page.getByRole('textbox', { name: 'Texto 1' }).fill('Abrimos às 8h.');
  await page.getByLabel('Limite de tokens por mês').fill('500000');
  await page.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByText('Salvo', { exact: true })).toBeVisible();
  const { value } = await company.get<{ value: unknown }>('/bot/config/ai');
  expect(value).toEqual({
    instructions: 'Seja breve.',
    knowledge: ['Abrimos às 8h.'],
    monthly_tokens: 500_000,
  });
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Texto 1' })).toHaveValue('Abrimos às 8h.');
});

test('the editor tells what is live, and whether the drawing differs', async ({ company }) => {
  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  const page = await company.open(`/bot/${flow.id}`);
  await expect(page.getByRole('button', { name: 'Nunca publicado' })).toBeVisible();
  await page.getByRole('button', { name: 'Publicar' }).click();
  await page.getByRole('button', { name: 'Versão 1' }).click();
  await expect(page.getByText('Igual ao que está no ar.')).toBeVisible();
  await page.keyboard.press('Escape');
  await nameField(page).fill('Trocas e devoluções');
  await expect(page.getByText('Rascunho salvo')).toBeVisible();
  await page.getByRole('button', { name: 'Versão 1 Mudanças não publicadas' }).click();
  await expect(page.getByText('Diferente do que está no ar.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Voltar aos fluxos' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Trocas e devoluções' })).toContainText(
    'Mudanças não publicadas',
  );
});

test('what was published before can be drawn again, and taken back', async ({ company }) => {
  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  const publish = () => company.post(`/bot/flows/${flow.id}/publish`, {});
  await publish();
  await company.put(`/bot/flows/${flow.id}`, { nodes: [{ ...FLOW.nodes[0], text: 'Um momento.' }] });
  await publish();
  const page = await company.open(`/bot/${flow.id}`);
  await expect(page.getByRole('group', { name: /Um momento/ })).toBeVisible();
  await page.getByRole('button', { name: 'Versão 2' }).click();
  await page.getByRole('button', { name: 'Desenhar de novo: Versão 1' }).click();
  await expect(page.getByRole('group', { name: /Já chamo alguém/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Versão 2 Mudanças não publicadas' })).toBeVisible();
  await page.getByRole('button', { name: 'Desfazer' }).click();
  await expect(page.getByRole('group', { name: /Um momento/ })).toBeVisible();
});

test('a draft that cannot be saved is not left behind without a word', async ({ company }) => {
  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  const page = await company.open(`/bot/${flow.id}`);
  await expect(page.getByRole('group', { name: /Passar para a equipe/ })).toBeVisible();
  await page.context().setOffline(true);
  await nameField(page).fill('Trocas rápidas');
  await expect(page.getByText('Não foi salvo.')).toBeVisible();
  await page.getByRole('link', { name: 'Voltar aos fluxos' }).click();
  await page.getByRole('button', { name: 'Continuar aqui' }).click();
  await page.context().setOffline(false);
  await expect(page.getByText('Rascunho salvo')).toBeVisible();
  const saved = await company.get<{ name: string }>(`/bot/flows/${flow.id}`);
  expect(saved.name).toBe('Trocas rápidas');
});

test('who comes back to a flow that a colleague changed sees the colleague’s', async ({ company }) => {
  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  const page = await company.open(`/bot/${flow.id}`);
  await expect(nameField(page)).toHaveValue('Trocas');
  await company.put(`/bot/flows/${flow.id}`, { name: 'Devoluções' });
  await page.evaluate(() => dispatchEvent(new Event('visibilitychange')));
  await expect(nameField(page)).toHaveValue('Devoluções');
  await page.getByRole('button', { name: 'Desfazer' }).click();
  await expect(nameField(page)).toHaveValue('Trocas');
});

test('of two who draw the same flow the second is asked whose stays', async ({ company }) => {
  const flow = await company.post<{ id: string }>('/bot/flows', FLOW);
  const page = await company.open(`/bot/${flow.id}`);
  await expect(nameField(page)).toHaveValue('Trocas');
  await company.put(`/bot/flows/${flow.id}`, { name: 'Devoluções' });
  await nameField(page).fill('Trocas rápidas');
  await page.getByRole('button', { name: 'Recarregar a versão de Helena Duarte' }).click();
  await expect(nameField(page)).toHaveValue('Devoluções');
  await company.put(`/bot/flows/${flow.id}`, { name: 'Devoluções e trocas' });
  await nameField(page).fill('Só trocas');
  await page.getByRole('button', { name: 'Manter a minha' }).click();
  await expect(page.getByText('Rascunho salvo')).toBeVisible();
  expect((await company.get<{ name: string }>(`/bot/flows/${flow.id}`)).name).toBe('Só trocas');
});

test('who may not manage customer service finds nothing of it in the settings', async ({ company }) => {
  const ana = await company.person('Ana Prado', 'attendant');
  const page = await company.open('/settings', ana);
  await expect(page.getByRole('heading', { level: 2, name: 'Perfil' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Canais/ })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the settings of customer service are accessible and fit a phone, ${colorScheme}`, async ({
    company,
  }) => {
    test.setTimeout(120_000);
    const channel = await aChannel(company);
    await company.post('/queues', { name: 'Suporte' });
    await company.put('/bot/config/business_hours', {
      value: {
        mon: [
          ['08:00', '12:00'],
          ['13:30', '18:00'],
        ],
        tue: [],
      },
    });
    await company.put('/bot/config/ai', { value: { knowledge: ['Abrimos às 8h.'] } });
    const screens = {
      '/settings': 'Ajustes',
      '/settings/channels': 'Canais',
      [`/settings/channels/${channel.id}`]: 'Site',
      '/settings/queues': 'Filas',
      '/settings/hours': 'Horário de atendimento',
      '/settings/ai': 'Assistente de IA',
    };
    for (const [size, options] of [
      ['desktop', {}],
      ['phone', PHONE],
    ] as const) {
      const page = await company.open('/settings', company.admin, {
        ...options,
        colorScheme,
        reducedMotion: 'reduce',
      });
      for (const [path, title] of Object.entries(screens)) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
        if (path.includes(channel.id)) await expect(opener(page)).toBeVisible();
        expect.soft([size, path, await violations(page)]).toEqual([size, path, []]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (size === 'phone') expect.soft([path, width]).toEqual([path, 390]);
        const name = `${size}-${title}.png`.replaceAll(' ', '-');
        await page.screenshot({ path: test.info().outputPath(name), fullPage: true });
      }
    }
  });
}
