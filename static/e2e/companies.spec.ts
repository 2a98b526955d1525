import { violations } from './axe';
import { expect, test } from './support';

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test('a company is written, warned about, found, changed and deleted with its consequences told', async ({
  company,
}) => {
  const known = await company.post<{ id: string }>('/companies', {
    name: 'Padaria Pão & Cia',
    cnpj: '12.ABC.345/01DE-35',
  });
  const page = await company.open('/companies?new=');
  const form = page.getByRole('dialog', { name: 'Nova empresa' });

  await form.getByRole('textbox', { name: 'Nome', exact: true }).fill('Padaria Pão e Companhia');
  await form.getByLabel('CNPJ').fill('12.ABC.345/01DE-36');
  await form.getByLabel('Site').fill('padaria');
  await form.getByRole('button', { name: 'Criar' }).click();
  await expect(form.getByText('Este CNPJ não confere.')).toBeVisible();
  await expect(form.getByText('Escreva um endereço como www.empresa.com.br.')).toBeVisible();

  await form.getByLabel('CNPJ').fill('12abc34501de35');
  await expect(form.getByText('Já existe uma empresa parecida:')).toBeVisible();
  await expect(form.getByRole('link', { name: 'Padaria Pão & Cia' })).toHaveAttribute(
    'href',
    `/companies/${known.id}`,
  );
  await form.getByLabel('CNPJ').fill('11.222.333/0001-81');
  await expect(form.getByText('Já existe uma empresa parecida:')).toBeHidden();
  await form.getByLabel('Site').fill('padaria.com.br');
  await form.getByRole('button', { name: 'Criar' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Padaria Pão e Companhia' })).toBeVisible();
  await expect(page.getByText('11.222.333/0001-81')).toBeVisible();
  await expect(page.getByRole('link', { name: 'padaria.com.br' })).toHaveAttribute(
    'href',
    'https://padaria.com.br',
  );

  const id = new URL(page.url()).pathname.split('/').at(-1);
  const lead = await company.post<{ id: string; board_id: string }>('/leads', {
    title: 'Forno novo',
    company_id: id,
    name: 'Rita Prado',
    value: '1200.00',
  });
  await page.reload();
  await expect(page.getByRole('link', { name: 'Forno novo' })).toHaveAttribute(
    'href',
    `/boards/${lead.board_id}/leads/${lead.id}`,
  );
  await expect(page.getByRole('region', { name: 'Pessoas de contato' })).toContainText('Rita Prado');

  await page.getByRole('button', { name: 'Editar' }).click();
  const edit = page.getByRole('dialog', { name: 'Editar Padaria Pão e Companhia' });
  await edit.getByLabel('Setor').fill('Alimentos');
  await edit.getByRole('button', { name: 'Salvar' }).click();
  await expect(edit).toBeHidden();
  await expect(page.getByRole('region', { name: 'Atividade' })).toContainText('Setor: Alimentos');

  await page.getByRole('button', { name: 'Excluir' }).click();
  const question = page.getByRole('dialog', { name: 'Excluir Padaria Pão e Companhia?' });
  await expect(question).toContainText('1 negócio perde o vínculo com esta empresa');
  await question.getByRole('button', { name: 'Excluir' }).click();
  await expect(page).toHaveURL(/\/companies$/);
  await expect(page.getByRole('link', { name: 'Padaria Pão & Cia' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Padaria Pão e Companhia' })).toHaveCount(0);
});

test('the list is searched, filtered, sorted and paged, and its address tells how', async ({ company }) => {
  for (let number = 1; number <= 26; number += 1) {
    await company.post('/companies', { name: `Mercado ${String(number).padStart(2, '0')}`, size: 'small' });
  }
  await company.post('/companies', { name: 'Açougue São Jorge', size: 'large', industry: 'Alimentos' });
  const page = await company.open('/companies');
  const rows = page.getByRole('row').filter({ has: page.getByRole('cell') });
  await expect(page.getByText('27 empresas')).toBeVisible();
  await expect(rows).toHaveCount(25);

  await page.getByRole('button', { name: 'Próxima página' }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/page=2/);

  await page.getByRole('button', { name: 'Nome' }).click();
  await expect(page).toHaveURL(/sort=-name/);
  await expect(rows.first()).toContainText('Mercado 26');

  await page.getByRole('searchbox').fill('sao');
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Alimentos' }).click();
  await expect(page).toHaveURL(/industry=Alimentos/);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('sao');
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Limpar filtros' }).click();
  await expect(rows).toHaveCount(25);
  await expect(page.getByRole('searchbox')).toHaveValue('');
});

test('who may not delete companies is not asked to', async ({ company }) => {
  const vera = await company.person('Vera Lima', 'seller');
  const made = await company.post<{ id: string }>('/companies', { name: 'Mercado Bom Preço' });
  const page = await company.open(`/companies/${made.id}`, vera);
  await expect(page.getByRole('button', { name: 'Editar' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Excluir' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`companies, dashboard and failed jobs are accessible and fit a phone, ${colorScheme}`, async ({
    company,
  }) => {
    test.setTimeout(180_000);
    const made = await company.post<{ id: string }>('/companies', {
      name: 'Padaria Pão & Cia',
      industry: 'Alimentos',
      size: 'small',
      email: 'contato@padaria.com.br',
    });
    await company.post('/leads', {
      title: 'Forno novo',
      company_id: made.id,
      value: '900.00',
      name: 'Rita Prado',
      assigned_to: company.admin.user.id,
      expected_close_date: '2020-01-01',
    });
    const paths = ['/companies', '/companies?new=', `/companies/${made.id}`, '/dashboard', '/settings/jobs'];
    for (const [size, options] of [
      ['desktop', {}],
      ['phone', phone],
    ] as const) {
      const page = await company.open('/companies', company.admin, {
        ...options,
        colorScheme,
        reducedMotion: 'reduce',
      });
      for (const path of paths) {
        await page.goto(path);
        await expect(page.getByRole('heading').first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        expect.soft([size, path, await violations(page)]).toEqual([size, path, []]);
        if (size === 'phone') {
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          expect.soft([path, width]).toEqual([path, 390]);
        }
      }
    }
  });
}
