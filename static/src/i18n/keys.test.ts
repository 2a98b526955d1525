import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import type { LANGUAGES, Language } from './index';
import { type Part, parts } from './parts';
import { ptBR } from './pt-BR';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

/** All texts of a language, those of every part included. */
async function all(language: Language, whole: object): Promise<Map<string, string>> {
  const named = Object.keys(parts) as Part[];
  const loaded = await Promise.all(named.map(async (part) => [part, await parts[part][language]()]));
  return flatten({ ...whole, ...Object.fromEntries(loaded) } as Tree);
}

const portuguese = await all('pt-BR', ptBR);
const languages = { en: await all('en', en) } satisfies Record<
  Exclude<(typeof LANGUAGES)[number], 'pt-BR'>,
  unknown
>;
const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

const PLURALS = /_(zero|one|other)$/;

describe.each(Object.entries(languages))('%s', (_language, texts) => {
  it('has every key of the Portuguese texts and no other', () => {
    expect([...texts.keys()].sort()).toEqual([...portuguese.keys()].sort());
  });

  it('fills in the same values', () => {
    for (const [key, text] of portuguese) {
      if (!PLURALS.test(key))
        expect([key, placeholders(texts.get(key) ?? '')]).toEqual([key, placeholders(text)]);
    }
  });

  it('leaves no text empty', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

it('never shouts', () => {
  expect([...portuguese, ...languages.en].filter(([, text]) => text.includes('!'))).toEqual([]);
});

it('holds no text that nothing shows', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('i18n') && !name.includes('.test.'))
    .map((name) => readFileSync(join('src', name), 'utf8'))
    .join('\n');
  // Keys made from values, `t(`roles.${role}`)`, are used as a family.
  const families = [...sources.matchAll(/`([\w.]+)\.\$\{/g)].map((match) => `${match[1]}.`);
  const unused = [...portuguese.keys()].filter((key) => {
    const name = key.replace(PLURALS, '');
    return !sources.includes(`'${name}'`) && !families.some((family) => key.startsWith(family));
  });
  expect(unused).toEqual([]);
});
