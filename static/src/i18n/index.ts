import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Part, parts } from './parts';
import { ptBR } from './pt-BR';

export const LANGUAGES = ['pt-BR', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'balcao.language';

const loaded = new Set<Part>();

/** Each language but the first is loaded when someone asks for it. */
const loaders: Record<Language, () => Promise<object>> = {
  'pt-BR': async () => ptBR,
  en: async () => (await import('./en')).en,
};

/** The language chosen in this browser, else Portuguese for whoever reads it, else English. */
export function initialLanguage(): Language {
  const stored = readStored();
  if (stored) return stored;
  const preferred = navigator.languages ?? [navigator.language];
  const first = preferred.find((tag) => tag.startsWith('pt') || tag.startsWith('en'));
  return first?.startsWith('en') ? 'en' : 'pt-BR';
}

export async function startI18n(language: Language = initialLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'pt-BR',
    resources: { 'pt-BR': { translation: ptBR }, [language]: { translation: await loaders[language]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Makes a part's texts known; a lazy screen waits for it beside its code. */
export async function loadTexts(part: Part): Promise<void> {
  const current = LANGUAGES.find((language) => language === i18next.language) ?? 'pt-BR';
  await addPart(part, current);
  loaded.add(part);
  // Chosen while it was loading.
  const chosen = LANGUAGES.find((language) => language === i18next.language) ?? current;
  if (chosen !== current) await addPart(part, chosen);
}

async function addPart(part: Part, language: Language): Promise<void> {
  i18next.addResourceBundle(language, 'translation', { [part]: await parts[part][language]() }, true, true);
}

export async function changeLanguage(language: Language): Promise<void> {
  if (i18next.language === language) return;
  i18next.addResourceBundle(language, 'translation', await loaders[language](), true, true);
  await Promise.all([...loaded].map((part) => addPart(part, language)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Blocked storage costs only the memory of the choice.
  }
}

function readStored(): Language | null {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(KEY)) ?? null;
  } catch {
    return null;
  }
}
