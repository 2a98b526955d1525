/** A company of its own for each test, its people, and their browser windows. */
import { randomUUID } from 'node:crypto';
import {
  type APIRequestContext,
  type Browser,
  test as base,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import type { Board, Lead, Role, Session } from '../src/api/types';

export { expect };

const PASSWORD = 'senha-de-teste';
const API = '/api/v1';

export class Company {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly browser: Browser,
    readonly admin: Session,
  ) {}

  static async register(request: APIRequestContext, browser: Browser): Promise<Company> {
    const unique = randomUUID();
    const data = {
      tenant_name: `Loja ${unique.slice(0, 8)}`,
      full_name: 'Helena Duarte',
      email: `helena-${unique}@teste.local`,
      password: PASSWORD,
    };
    const answer = await request.post(`${API}/auth/register`, { data });
    expect(answer.status()).toBe(201);
    return new Company(request, browser, (await answer.json()) as Session);
  }

  /** A colleague, signed in. */
  async person(fullName: string, role: Role): Promise<Session> {
    const email = `${fullName.split(' ')[0]?.toLowerCase()}-${randomUUID()}@teste.local`;
    await this.post('/users', { full_name: fullName, email, password: PASSWORD, role });
    const answer = await this.request.post(`${API}/auth/login`, { data: { email, password: PASSWORD } });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as Session;
  }

  /** A board of these stages with deals of these titles. */
  async board(stages: Record<string, string[]>, fields: Partial<Lead> = {}): Promise<Board> {
    const names = Object.keys(stages).map((name) => ({ name }));
    const made = await this.post<Board>('/boards', {
      name: `Vendas ${randomUUID().slice(0, 4)}`,
      stages: names,
    });
    const { stages: created } = await this.fetchBoard(made.id);
    for (const stage of created) {
      for (const title of stages[stage.name] ?? []) {
        await this.post('/leads', { board_id: made.id, stage_id: stage.id, title, ...fields });
      }
    }
    return this.fetchBoard(made.id);
  }

  async fetchBoard(id: string): Promise<Board> {
    const answer = await this.request.get(`${API}/boards/${id}`, { headers: this.bearer() });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as Board;
  }

  /** The titles of a stage as the server has them, in order. */
  async titles(board: Board, stageName: string): Promise<string[]> {
    const { stages, leads } = await this.fetchBoard(board.id);
    const stage = stages.find(({ name }) => name === stageName);
    return leads.filter((lead) => lead.stage_id === stage?.id).map((lead) => lead.title);
  }

  async post<T>(path: string, data: object): Promise<T> {
    const answer = await this.request.post(`${API}${path}`, { data, headers: this.bearer() });
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.request.get(`${API}${path}`, { headers: this.bearer() });
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async put(path: string, data: object): Promise<void> {
    const answer = await this.request.put(`${API}${path}`, { data, headers: this.bearer() });
    expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  }

  async delete(path: string): Promise<void> {
    const answer = await this.request.delete(`${API}${path}`, { headers: this.bearer() });
    expect(answer.status()).toBe(204);
  }

  /** A window of this person's own, at this address. */
  async open(
    path: string,
    person: Session = this.admin,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<Page> {
    const context = await this.browser.newContext({ ...test.info().project.use, ...options });
    await context.addInitScript(
      ([key, value]) => {
        // Only once: a later renewal or sign-out must stand.
        if (sessionStorage.getItem('e2e')) return;
        sessionStorage.setItem('e2e', '1');
        localStorage.setItem(key, value);
      },
      ['balcao.session', JSON.stringify(person)] as const,
    );
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }

  private bearer() {
    return { Authorization: `Bearer ${this.admin.accessToken}` };
  }
}

interface Fixtures {
  company: Company;
}

export const test = base.extend<Fixtures>({
  company: async ({ request, browser }, use) => {
    await use(await Company.register(request, browser));
    for (const context of browser.contexts()) await context.close();
  },
});

/** Opens a board and waits until it is live. */
export async function openBoard(
  company: Company,
  board: Board,
  person?: Session,
  options = {},
): Promise<Page> {
  const page = await company.open(`/boards/${board.id}`, person, options);
  await expect(page.getByRole('heading', { level: 1, name: board.name })).toBeVisible();
  await expect(isLive(page)).toBeVisible();
  return page;
}

export const isLive = (page: Page): Locator => page.getByRole('status', { name: 'Conexão: ao vivo' });
export const column = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
export const card = (page: Page | Locator, title: string): Locator =>
  page.getByRole('article').filter({ has: page.getByRole('link', { name: title, exact: true }) });
export const cardLink = (page: Page | Locator, title: string): Locator =>
  page.getByRole('link', { name: title, exact: true });
export const titlesIn = (page: Page, stage: string): Promise<string[]> =>
  column(page, stage).getByRole('article').getByRole('link').allInnerTexts();

/** Picks a card up with the mouse and holds it over the target; the caller lets go. */
export async function pickUp(
  page: Page,
  what: Locator,
  over: Locator,
  at: 'top' | 'bottom' = 'top',
): Promise<void> {
  const from = await what.boundingBox();
  const to = await over.boundingBox();
  if (!from || !to) throw new Error('nothing to drag, or nowhere to drag it');
  const x = to.x + to.width / 2;
  const y = at === 'top' ? to.y + 8 : to.y + to.height - 8;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, y - 12, { steps: 4 });
  await page.mouse.move(x, y, { steps: 3 });
}

export async function drag(
  page: Page,
  what: Locator,
  over: Locator,
  at: 'top' | 'bottom' = 'top',
): Promise<void> {
  await pickUp(page, what, over, at);
  await page.mouse.up();
}
