/** How the widget looks and speaks: what the page says, else what the channel says. */

export const LANGUAGES = ['pt-BR', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Config {
  color: string;
  position: 'left' | 'right';
  language: Language;
  title: string;
  greeting: string;
  /** What a new visitor finds while nobody is there: a form to leave a message with, or the chat as always. */
  offline: 'form' | 'chat';
  offlineText: string;
  /** Shows it as it is at these hours, whatever the clock says: for whoever decides how it looks. */
  preview: 'open' | 'closed' | null;
}

export type Wishes = Record<string, unknown>;

const BRAND = '#0f766e';

function text(value: unknown, most: number): string {
  return typeof value === 'string' ? value.trim().slice(0, most) : '';
}

/** Only `#rgb` and `#rrggbb`: whatever else is said never reaches a style. */
function color(value: unknown): string | null {
  const said = text(value, 7);
  if (/^#[\da-f]{6}$/i.test(said)) return said;
  return /^#[\da-f]{3}$/i.test(said) ? `#${[...said.slice(1)].map((digit) => digit + digit).join('')}` : null;
}

function language(value: unknown): Language | null {
  const said = text(value, 10).toLowerCase();
  if (said.startsWith('pt')) return 'pt-BR';
  return said.startsWith('en') ? 'en' : null;
}

const oneOf =
  <T extends string>(known: readonly T[]) =>
  (value: unknown): T | null =>
    known.find((one) => one === value) ?? null;

/** What the script's tag says, by the names that channels use: `data-offline-text` is `offline_text`. */
export const wishesOf = (tag: Readonly<Record<string, string | undefined>>): Wishes =>
  Object.fromEntries(
    Object.entries(tag).map(([name, value]) => [
      name.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`),
      value,
    ]),
  );

/** Earlier wishes count more; an empty one wants it as it is by itself. */
export function configOf(wishes: readonly Wishes[], browser: string): Config {
  const first = <T>(name: string, read: (value: unknown) => T | null): T | null => {
    for (const wish of wishes) {
      if (wish[name] === '') return null;
      const found = read(wish[name]);
      if (found) return found;
    }
    return null;
  };
  const line = (most: number) => (value: unknown) => text(value, most);
  return {
    color: first('color', color) ?? BRAND,
    position: first('position', oneOf(['left', 'right'])) ?? 'right',
    language: first('language', language) ?? language(browser) ?? 'pt-BR',
    title: first('title', line(60)) ?? '',
    greeting: first('greeting', line(300)) ?? '',
    offline: first('offline', oneOf(['form', 'chat'])) ?? 'form',
    offlineText: first('offline_text', line(300)) ?? '',
    preview: first('preview', oneOf(['open', 'closed'])),
  };
}

const channel = (hex: string, at: number) => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

/** The brightness of a colour as WCAG counts it, from 0 to 1. */
export const luminance = (hex: string): number =>
  0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);

/** Black or white, whichever is read better on it; the better of the two always reaches 4.5 to 1. */
export function inkOn(hex: string): '#000000' | '#ffffff' {
  const light = luminance(hex);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
