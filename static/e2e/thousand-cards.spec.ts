/** How a board of a thousand cards feels, in figures. They are printed to be read and are no limits. */
import type { CDPSession, Page } from '@playwright/test';
import { column, expect, openBoard, test } from './support';

const STAGES = ['Novo', 'Contato', 'Proposta', 'Negociação', 'Ganho'];
const CARDS = 1_000;
const EVENTS_PER_SECOND = 20;
const SPELL_MS = 5_000;

interface Frames {
  frames: number;
  median: number;
  p95: number;
  worst: number;
  /** Share of frames that took longer than two of a 60 Hz screen. */
  janky: string;
  /** Milliseconds that the main thread was busy in tasks of more than 50 ms. */
  blocked: number;
  /** Milliseconds of processor time that the page's main thread took, whatever else the machine did. */
  processor: number;
}

/** Counts frames and long tasks while something happens. */
async function watch(page: Page, cdp: CDPSession, happen: () => Promise<void>): Promise<Frames> {
  const before = await processorTime(cdp);
  await page.evaluate(() => {
    const state = { times: [] as number[], blocked: 0, on: true };
    (window as unknown as { watched: typeof state }).watched = state;
    const observer = new PerformanceObserver((list) => {
      for (const task of list.getEntries()) state.blocked += task.duration - 50;
    });
    observer.observe({ type: 'longtask' });
    const tick = (time: number) => {
      state.times.push(time);
      if (state.on) requestAnimationFrame(tick);
      else observer.disconnect();
    };
    requestAnimationFrame(tick);
  });
  await happen();
  const processor = Math.round((await processorTime(cdp)) - before);
  const frames = await page.evaluate(() => {
    const state = (window as unknown as { watched: { times: number[]; blocked: number; on: boolean } })
      .watched;
    state.on = false;
    const gaps = state.times.slice(1).map((time, index) => time - (state.times[index] ?? time));
    gaps.sort((a, b) => a - b);
    const at = (share: number) => Math.round(gaps[Math.floor((gaps.length - 1) * share)] ?? Number.NaN);
    const janky = gaps.filter((gap) => gap > 34).length / gaps.length;
    return {
      frames: gaps.length,
      median: at(0.5),
      p95: at(0.95),
      worst: at(1),
      janky: `${(janky * 100).toFixed(1)} %`,
      blocked: Math.round(state.blocked),
    };
  });
  return { ...frames, processor };
}

async function processorTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
}

const report = (what: string, figures: unknown) => console.log(`${what}: ${JSON.stringify(figures)}`);
const pause = (page: Page, ms: number) =>
  page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), ms);

test('a board of a thousand cards', async ({ company }) => {
  test.setTimeout(300_000);
  const board = await company.board(Object.fromEntries(STAGES.map((name) => [name, []])));
  for (let at = 0; at < CARDS; at += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        company.post('/leads', {
          board_id: board.id,
          stage_id: board.stages[(at + index) % STAGES.length]?.id,
          title: `Negócio ${at + index + 1}`,
          company: 'Padaria Pão & Cia',
          value: `${(at + index) * 10}.00`,
        }),
      ),
    );
  }
  const { leads, stages } = await company.fetchBoard(board.id);
  expect(leads).toHaveLength(CARDS);

  for (const slowdown of [1, 4]) {
    const page = await openBoard(company, board);
    await expect(page.getByText('em 1000 negócios')).toBeVisible();
    const cdp: CDPSession = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    const named = (what: string) => `${what}, processor ${slowdown}× slower`;

    const paints: number[] = [];
    for (let visit = 0; visit < 3; visit += 1) {
      await page.reload();
      await page.getByRole('article').first().waitFor();
      paints.push(await page.evaluate(() => Math.round(performance.now())));
    }
    report(named('ms from navigation to the first cards'), paints);
    report(named('elements in the document'), await page.locator('*').count());

    const list = column(page, 'Novo').locator('[data-index]').first();
    await list.hover();
    report(
      named('scrolling a column of 200'),
      await watch(page, cdp, async () => {
        for (let turn = 0; turn < 60; turn += 1) {
          await page.mouse.wheel(0, turn < 30 ? 400 : -400);
          await pause(page, 40);
        }
      }),
    );

    const from = await page.getByRole('article').first().boundingBox();
    if (!from) throw new Error('there is no card');
    report(
      named('dragging a card to and fro'),
      await watch(page, cdp, async () => {
        await page.mouse.move(from.x + 100, from.y + 20);
        await page.mouse.down();
        for (let turn = 0; turn < 6; turn += 1) {
          await page.mouse.move(from.x + (turn % 2 ? 120 : 1_000), from.y + 300, { steps: 25 });
        }
        await page.mouse.up();
      }),
    );

    report(
      named(`${EVENTS_PER_SECOND} changes a second arriving`),
      await watch(page, cdp, async () => {
        const until = Date.now() + SPELL_MS;
        const sent: Promise<unknown>[] = [];
        for (let n = 0; Date.now() < until; n += 1) {
          const lead = leads[(n * 37) % leads.length];
          const stage_id = stages[n % stages.length]?.id;
          sent.push(company.post(`/leads/${lead?.id}/move`, { stage_id, position: n % 4 }));
          await new Promise((done) => setTimeout(done, 1_000 / EVENTS_PER_SECOND));
        }
        await Promise.all(sent);
      }),
    );

    await page.getByRole('button', { name: 'Histórico' }).click();
    const slider = page.getByRole('slider');
    await expect(slider).toBeEnabled();
    await expect(page.getByText('é a última mudança')).toBeVisible();
    const track = await slider.boundingBox();
    if (!track) throw new Error('no slider');
    report(
      named('drawing the slider across the history'),
      await watch(page, cdp, async () => {
        await page.mouse.move(track.x + track.width - 8, track.y + 10);
        await page.mouse.down();
        await page.mouse.move(track.x + track.width * 0.9, track.y + 10, { steps: 40 });
        await page.mouse.move(track.x + track.width - 8, track.y + 10, { steps: 40 });
        await page.mouse.up();
      }),
    );
    await page.context().close();
  }
});
