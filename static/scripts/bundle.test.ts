import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** What a browser fetches to open each screen cold, compressed with Brotli, in KiB. Raising one is a decision. */
const BUDGETS: Record<string, number> = {
  'src/features/auth/sign-in.tsx': 240,
  'src/features/boards/boards-screen.tsx': 244,
  'src/features/boards/board-screen.tsx': 303,
  'src/features/bot/flows-screen.tsx': 240,
  'src/features/bot/editor-screen.tsx': 270,
  'src/features/bot/components/canvas.tsx': 330,
  'src/features/bot/settings/hours-screen.tsx': 240,
  'src/features/bot/settings/ai-screen.tsx': 245,
  'src/features/channels/channels-screen.tsx': 245,
  'src/features/channels/channel-screen.tsx': 260,
  'src/features/chat/chat-screen.tsx': 295,
  'src/features/companies/screen.tsx': 266,
  'src/features/companies/details-screen.tsx': 260,
  'src/features/contacts/screen.tsx': 284,
  'src/features/contacts/details-screen.tsx': 282,
  'src/features/contacts/orders-screen.tsx': 252,
  'src/features/contacts/import/import-screen.tsx': 244,
  'src/features/contacts/import/job-screen.tsx': 236,
  'src/features/dashboard/screen.tsx': 240,
  'src/features/inbox/inbox-screen.tsx': 300,
  'src/features/floor/admin-screen.tsx': 300,
  'src/features/floor/seller/my-clients.tsx': 270,
  'src/features/jobs/screen.tsx': 240,
  'src/features/queues/screen.tsx': 245,
  'src/features/products/screen.tsx': 268,
  'src/features/users/screen.tsx': 252,
  'src/app/settings-screen.tsx': 252,
};

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  isEntry?: boolean;
}

const DIST = 'dist';
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

function closure(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const imported of chunk.imports ?? []) closure(imported, seen);
  return seen;
}

function files(keys: Iterable<string>): string[] {
  return [...new Set([...keys].flatMap((key) => [manifest[key]?.file ?? '', ...(manifest[key]?.css ?? [])]))];
}

const compressed = (file: string) => {
  const path = join(DIST, file);
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
};

it.each(Object.entries(BUDGETS))('%s opens within %d KiB', (screen, budget) => {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
  expect(manifest[screen], `${screen} is no chunk of its own`).toBeDefined();
  const keys = closure(screen, closure(entry ?? ''));
  const bytes = files(keys).reduce((sum, file) => sum + compressed(file), 0);
  expect(bytes / 1024).toBeLessThan(budget);
});

it('gives every asset a hashed name and a compressed twin', () => {
  const assets = files(Object.keys(manifest)).filter((file) => /\.(js|css)$/.test(file));
  expect(assets.length).toBeGreaterThan(10);
  for (const file of assets) {
    expect(file).toMatch(/^assets\/.+-[\w-]{8}\.(js|css)$/);
    const big = statSync(join(DIST, file)).size >= 512;
    expect([file, existsSync(join(DIST, `${file}.br`)), existsSync(join(DIST, `${file}.gz`))]).toEqual([
      file,
      big,
      big,
    ]);
  }
});

it('brings the styles of every component of the kit that is used, and where one is missing tells which', () => {
  const text = (extension: string) =>
    files(Object.keys(manifest))
      .filter((file) => file.endsWith(extension))
      .map((file) => readFileSync(join(DIST, file), 'utf8'))
      .join('\n');
  const classes = (source: string) => new Set(source.match(/\bm_[0-9a-f]{6,8}\b/g));
  const styles = 'node_modules/@mantine/core/styles';
  const used = classes(text('.js'));
  const brought = classes(text('.css'));
  const missing = readdirSync(styles)
    .filter((name) => name.endsWith('.layer.css'))
    .filter((name) => {
      const defined = [...classes(readFileSync(join(styles, name), 'utf8'))];
      return defined.some((one) => used.has(one) && !brought.has(one));
    });
  expect(used.size).toBeGreaterThan(50);
  expect(missing, 'to be imported in src/ui/mantine.css').toEqual([]);
});

it('needs no inline script, which the content security policy forbids', () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
  expect(scripts.length).toBeGreaterThan(1);
  for (const [, attributes, body] of scripts) {
    expect(attributes).toContain('src=');
    expect(body?.trim()).toBe('');
  }
});

it('keeps the widget, which loads on other people’s pages, within 20 KB', () => {
  expect(statSync(join(DIST, 'widget.js.gz')).size).toBeLessThanOrEqual(20_000);
});
