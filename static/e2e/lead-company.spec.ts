import { violations } from './axe';
import { card, expect, openBoard, test } from './support';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test('a deal is linked to a company found while one types, and the card and the drawer lead there', async ({
  company,
}) => {
  const vera = await company.person('Vera Lima', 'seller');
  const known = await company.post<{ id: string }>('/companies', {
    name: 'Padaria Pão & Cia',
    cnpj: '11.222.333/0001-81',
  });
  await company.post('/companies', { name: 'Açougue São Jorge' });
  const board = await company.board({ Novo: ['Forno'] });
  const page = await openBoard(company, board, vera);
  const other = await openBoard(company, board);
  await card(page, 'Forno').getByRole('link', { name: 'Forno' }).click();
  const drawer = page.getByRole('dialog', { name: 'Forno' });
  const field = drawer.getByLabel('Empresa');
  await field.fill('pao');
  await expect(page.getByRole('option', { name: /Padaria Pão & Cia/ })).toContainText('11.222.333/0001-81');
  await expect(page.getByRole('option', { name: /Açougue/ })).toHaveCount(0);
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(field).toHaveValue('Padaria Pão & Cia');
  await expect(drawer.getByLabel('CNPJ')).toHaveValue('11.222.333/0001-81');
  expect.soft(await violations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Salvar' }).click();

  const link = card(other, 'Forno').getByRole('link', { name: 'Padaria Pão & Cia' });
  await link.click();
  await expect(other).toHaveURL(new RegExp(`/companies/${known.id}$`));
  await expect(other.getByRole('link', { name: 'Forno' })).toBeVisible();

  await card(page, 'Forno').getByRole('link', { name: 'Forno' }).click();
  await drawer.getByRole('link', { name: 'Abrir Padaria Pão & Cia' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Padaria Pão & Cia' })).toBeVisible();
});

test('a company that is not there yet is made on the spot, another name unlinks it, and a name alone will do', async ({
  company,
}) => {
  const board = await company.board({ Novo: ['Forno'] });
  const page = await openBoard(company, board);
  const drawer = page.getByRole('dialog', { name: 'Forno' });
  const field = drawer.getByLabel('Empresa');
  const open = () => card(page, 'Forno').getByRole('link', { name: 'Forno', exact: true }).click();
  const save = async () => {
    await drawer.getByRole('button', { name: 'Salvar' }).click();
    await expect(drawer).toHaveCount(0);
  };
  await open();
  await field.fill('Mercado Bom Preço');
  await page.getByRole('option', { name: 'Cadastrar “Mercado Bom Preço”' }).click();
  await expect(drawer.getByRole('link', { name: 'Abrir Mercado Bom Preço' })).toBeVisible();
  await save();
  await expect(card(page, 'Forno').getByRole('link', { name: 'Mercado Bom Preço' })).toBeVisible();

  await open();
  await field.fill('Quitanda da esquina');
  await expect(drawer.getByRole('link', { name: /^Abrir/ })).toHaveCount(0);
  await save();
  await expect(card(page, 'Forno')).toContainText('Quitanda da esquina');
  await expect(card(page, 'Forno').getByRole('link', { name: 'Quitanda da esquina' })).toHaveCount(0);
  const [lead] = (await company.fetchBoard(board.id)).leads;
  expect(lead).toMatchObject({ company: 'Quitanda da esquina', company_id: null });
});

test('on a phone a company is chosen by touch, and who links a deal elsewhere is shown by its name', async ({
  company,
}) => {
  const made = await company.post<{ id: string }>('/companies', { name: 'Padaria Pão & Cia' });
  const board = await company.board({ Novo: ['Forno'] }, { company_id: made.id });
  const page = await openBoard(company, board, company.admin, PHONE);
  await expect(card(page, 'Forno')).toContainText('Padaria Pão & Cia');
  await page.getByRole('link', { name: 'Novo negócio' }).tap();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Título').fill('Balcão refrigerado');
  await drawer.getByLabel('Empresa').fill('pad');
  await page.getByRole('option', { name: 'Padaria Pão & Cia' }).tap();
  expect.soft(await violations(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Criar' }).tap();
  await expect(
    card(page, 'Balcão refrigerado').getByRole('link', { name: 'Padaria Pão & Cia' }),
  ).toBeVisible();
});
