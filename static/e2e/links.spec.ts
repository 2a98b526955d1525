import { createHmac, randomUUID } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { violations } from './axe';
import { type Company, expect, isLive, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const NEW_PASSWORD = 'outra-senha-boa';

async function guest(browser: Browser, path: string, options = {}): Promise<Page> {
  const context = await browser.newContext({ ...test.info().project.use, ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Senha', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Entrar' }).click();
}

/** What stands behind the link of the newest mail to somebody, read on the screen of kept mails. */
async function linkTo(company: Company, email: string, subject: string | RegExp): Promise<string> {
  const outbox = await company.open('/settings/outbox');
  const mail = outbox.getByRole('listitem').filter({ hasText: email }).filter({ hasText: subject }).first();
  await expect(mail).toBeVisible({ timeout: 20_000 });
  const link = mail.getByRole('link', { includeHidden: true });
  const href = (await link.getAttribute('href')) ?? '';
  const { pathname, hash } = new URL(href);
  return `${pathname}${hash}`;
}

test('somebody invited by mail chooses a name and a password, and is in; the link works once', async ({
  company,
  browser,
}) => {
  const email = `caio-${randomUUID()}@teste.local`;
  const admin = await company.open('/users');
  await admin.getByRole('button', { name: 'Nova pessoa' }).click();
  const form = admin.getByRole('dialog', { name: 'Nova pessoa' });
  await form.getByLabel('Nome').fill('Caio');
  await form.getByLabel('E-mail').fill(email);
  await expect(form.getByText('Não há servidor de e-mail')).toBeVisible();
  expect.soft(await violations(admin)).toEqual([]);
  await form.getByRole('button', { name: 'Convidar' }).click();
  const row = admin.getByRole('row').filter({ hasText: email });
  await expect(row).toContainText('Convidada');

  const first = await linkTo(company, email, 'Convite para entrar em');
  await row.getByRole('button', { name: 'Ações de Caio' }).click();
  await admin.getByRole('menuitem', { name: 'Enviar o convite de novo' }).click();
  await expect(admin.getByText(`Convite enviado para ${email}.`).last()).toBeVisible();

  const page = await guest(browser, first);
  await expect(page.getByText('convidou você. Escolha uma senha para começar.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await page.getByLabel('Seu nome').fill('Caio Prado');
  await page.getByLabel('Senha', { exact: true }).fill('curta');
  await page.getByRole('button', { name: 'Aceitar o convite' }).click();
  await expect(page.getByText('Use de 8 a 72 caracteres.')).toBeVisible();
  await page.getByLabel('Senha', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Aceitar o convite' }).click();
  await expect(isLive(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Menu de Caio Prado' })).toBeVisible();

  const again = await guest(browser, first);
  await expect(again.getByRole('heading', { name: 'Este link não vale mais' })).toBeVisible();
  await admin.reload();
  await expect(row).toContainText('Caio Prado');
  await expect(row).toContainText('Ativa');
});

test('who forgot the password chooses another by mail, which ends all their sessions', async ({
  company,
  browser,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const { email } = vera.user;
  const elsewhere = await company.open('/boards', vera);
  await expect(isLive(elsewhere)).toBeVisible();
  const page = await guest(browser, '/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('link', { name: 'Esqueci minha senha' }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await page.getByRole('button', { name: 'Enviar o link' }).click();
  await expect(page.getByRole('heading', { name: 'Veja seu e-mail' })).toBeVisible();

  const link = await linkTo(company, email, 'Escolha uma nova senha');
  await page.goto(link);
  await page.getByLabel('Senha nova', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Guardar a senha nova' }).click();
  await expect(page.getByRole('heading', { name: 'Senha trocada' })).toBeVisible();
  await expect(elsewhere.getByText('Sua sessão terminou.')).toBeVisible({ timeout: 20_000 });

  await page.getByRole('link', { name: 'Entrar' }).click();
  await signIn(page, email, 'senha-de-teste');
  await expect(page.getByRole('alert')).toHaveText('E-mail ou senha não conferem.');
  await signIn(page, email, NEW_PASSWORD);
  await expect(isLive(page)).toBeVisible();

  await page.goto(link);
  await page.getByLabel('Senha nova', { exact: true }).fill('mais-uma-senha');
  await page.getByRole('button', { name: 'Guardar a senha nova' }).click();
  await expect(page.getByRole('heading', { name: 'Este link não vale mais' })).toBeVisible();
  await page.getByRole('link', { name: 'Enviar o link' }).click();
  await expect(page).not.toHaveURL(/reset-password/);
});

test('an administrator sends somebody a link for a new password', async ({ company, browser }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const admin = await company.open('/users');
  await admin.getByRole('button', { name: 'Ações de Vera Lima' }).click();
  await admin.getByRole('menuitem', { name: 'Enviar link de nova senha' }).click();
  await expect(admin.getByText(`Link de nova senha enviado para ${vera.user.email}.`)).toBeVisible();
  const link = await linkTo(company, vera.user.email, 'Escolha uma nova senha');
  const page = await guest(browser, link);
  await expect(page.getByRole('heading', { name: 'Escolha uma senha nova' })).toBeVisible();
});

test('the company’s name and clock are changed by who may, and shown to all', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const page = await company.open('/settings');
  const section = page.getByRole('region', { name: 'Empresa' });
  await section.getByLabel('Nome da empresa').fill('Padaria Rosa');
  await section.getByRole('combobox', { name: 'Fuso horário' }).click();
  await section.getByRole('combobox', { name: 'Fuso horário' }).fill('manaus');
  await page.getByRole('option', { name: 'America/Manaus (GMT-4)' }).click();
  await section.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.getByRole('banner').getByText('Padaria Rosa')).toBeVisible();
  await page.reload();
  await expect(section.getByLabel('Nome da empresa')).toHaveValue('Padaria Rosa');
  await expect(section.getByRole('combobox', { name: 'Fuso horário' })).toHaveValue('America/Manaus (GMT-4)');

  const seller = await company.open('/settings', vera);
  await expect(seller.getByRole('region', { name: 'Perfil' })).toBeVisible();
  await expect(seller.getByRole('region', { name: 'Empresa' })).toHaveCount(0);
  await seller.goto('/settings/outbox');
  await expect(seller.getByRole('heading', { name: 'Seu papel não permite isso.' })).toBeVisible();
});

/** What an authenticator app shows for a key (RFC 6238). */
function codeOf(key: string, at = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key.replace(/\s/g, '')].map((letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes =
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('with two steps a code is asked for after the password; a recovery code lets in once', async ({
  company,
  browser,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const page = await company.open('/settings', vera);
  const section = page.getByRole('region', { name: 'Verificação em duas etapas' });
  await section.getByRole('button', { name: 'Ativar' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'Código QR para o aplicativo autenticador' })).toBeVisible();
  expect.soft(await violations(page)).toEqual([]);
  await dialog.getByLabel('Código que ele mostra').fill('000000');
  await dialog.getByRole('button', { name: 'Ativar' }).click();
  await expect(dialog.getByText('O código não confere.')).toBeVisible();
  const key = await dialog.locator('code').innerText();
  await dialog.getByLabel('Código que ele mostra').fill(codeOf(key));
  await dialog.getByRole('button', { name: 'Ativar' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(10);
  const codes = await dialog.getByRole('listitem').allInnerTexts();
  expect.soft(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Já guardei' }).click();
  await expect(section).toContainText('Ativa: ao entrar, pedimos o código.');

  const other = await guest(browser, '/login');
  await signIn(other, vera.user.email, 'senha-de-teste');
  await expect(other.getByLabel('Código de verificação')).toBeFocused();
  await expect(other.getByRole('alert')).toHaveCount(0);
  await other.getByLabel('Código de verificação').fill('123456');
  await other.getByRole('button', { name: 'Entrar' }).click();
  await expect(other.getByRole('alert')).toContainText('O código não confere');
  await other.getByLabel('Código de verificação').fill(codes[0] ?? '');
  await other.getByRole('button', { name: 'Entrar' }).click();
  await expect(isLive(other)).toBeVisible();

  await section.getByRole('button', { name: 'Desativar' }).click();
  await dialog.getByLabel('Senha atual', { exact: true }).fill('errada-mesmo');
  await dialog.getByRole('button', { name: 'Desativar' }).click();
  await expect(dialog.getByText('A senha atual não confere.')).toBeVisible();
  await dialog.getByLabel('Senha atual', { exact: true }).fill('senha-de-teste');
  await dialog.getByRole('button', { name: 'Desativar' }).click();
  await expect(section).toContainText('Desativada');
});

test('an administrator lets in who lost the phone and the codes', async ({ company, browser }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const page = await company.open('/settings', vera);
  await page
    .getByRole('region', { name: 'Verificação em duas etapas' })
    .getByRole('button', { name: 'Ativar' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Código que ele mostra').fill(codeOf(await dialog.locator('code').innerText()));
  await dialog.getByRole('button', { name: 'Ativar' }).click();
  await dialog.getByRole('button', { name: 'Já guardei' }).click();

  const admin = await company.open('/users');
  await admin.getByRole('button', { name: 'Ações de Vera Lima' }).click();
  await admin.getByRole('menuitem', { name: 'Desligar verificação em duas etapas' }).click();
  await admin
    .getByRole('dialog')
    .getByRole('button', { name: 'Desligar verificação em duas etapas' })
    .click();
  await expect(admin.getByText('Vera Lima entra agora só com a senha.')).toBeVisible();
  const other = await guest(browser, '/login');
  await signIn(other, vera.user.email, 'senha-de-teste');
  await expect(isLive(other)).toBeVisible();
});

/** A red square of one pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

test('a picture is added to the profile, seen by others, and taken away again', async ({
  company,
  browser,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const bruno = await company.person('Bruno Tavares', 'attendant');
  const page = await company.open('/settings', vera);
  const section = page.getByRole('region', { name: 'Perfil' });
  const choose = (name: string, mimeType: string, buffer: Buffer) =>
    section.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
  await choose('notas.txt', 'text/plain', Buffer.from('não é imagem'));
  await expect(section.getByRole('alert')).toHaveText('Escolha uma imagem.');
  await choose('foto.png', 'image/png', PICTURE);
  await expect(section.getByRole('button', { name: 'Trocar a foto' })).toBeVisible();
  // Signing in is what lets a window see pictures.
  const users = await guest(browser, '/login');
  await signIn(users, bruno.user.email, 'senha-de-teste');
  await expect(isLive(users)).toBeVisible();
  await users.goto('/users');
  const picture = users.getByRole('row').filter({ hasText: 'Vera Lima' }).locator('img');
  await expect(picture).toHaveAttribute('src', /\/api\/v1\/attachments\/.+\/thumbnail/);
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  await section.getByRole('button', { name: 'Tirar' }).click();
  await expect(section.getByRole('button', { name: 'Pôr uma foto' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what links lead to, settings and kept mails are accessible and fit a phone, ${colorScheme}`, async ({
    company,
    browser,
  }) => {
    test.setTimeout(240_000);
    const email = `caio-${randomUUID()}@teste.local`;
    await company.post('/users', { full_name: 'Caio Prado', email, role: 'seller' });
    const invitation = await linkTo(company, email, 'Convite para entrar em');
    for (const [size, options] of [
      ['desk', {}],
      ['phone', PHONE],
    ] as const) {
      const theme = { ...options, colorScheme, reducedMotion: 'reduce' as const };
      const outside = await guest(browser, '/login', theme);
      const inside = await company.open('/users', company.admin, theme);
      for (const [page, path] of [
        [outside, '/login'],
        [outside, '/forgot-password'],
        [outside, '/reset-password#abc'],
        [outside, invitation],
        [outside, '/accept-invitation'],
        [inside, '/users'],
        [inside, '/settings'],
        [inside, '/settings/outbox'],
      ] as const) {
        // Another part behind the # alone loads no page.
        await page.goto('about:blank');
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (path === invitation) await expect(page.getByLabel('Seu nome')).toBeVisible();
        if (path.endsWith('outbox')) await expect(page.getByRole('listitem').first()).toBeVisible();
        if (path === '/settings') await expect(page.getByLabel('Nome da empresa')).toBeVisible();
        const name = path.split('#')[0];
        expect.soft([size, name, await violations(page)]).toEqual([size, name, []]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect.soft([size, name, width]).toEqual([size, name, page.viewportSize()?.width]);
      }
    }
  });
}
