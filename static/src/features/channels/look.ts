/** How a web chat looks and speaks, as its channel's `config` holds it and as the form has it. */

export const LANGUAGES = ['pt-BR', 'en'] as const;
export const BRAND = '#0f766e';
/** To choose from at a glance; any other may be written. */
export const COLORS = [BRAND, '#1c5fa8', '#5b3fb8', '#b42318', '#b45f06', '#177245', '#c2185b', '#262521'];
export const MOST = { name: 100, title: 60, text: 300, origins: 50 };

export interface Look {
  name: string;
  /** The flow that the bot runs; empty: the default one. */
  flow_id: string;
  title: string;
  color: string;
  position: 'left' | 'right';
  /** Empty: the visitor's own. */
  language: string;
  greeting: string;
  offline: 'form' | 'chat';
  offline_text: string;
  /** The pages that may use it; none: all. */
  origins: string[];
}

type Config = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

export function lookOf({ name, config }: { name: string; config: Config }): Look {
  return {
    name,
    flow_id: text(config.flow_id),
    title: text(config.title),
    color: wholeColor(text(config.color)) ?? BRAND,
    position: config.position === 'left' ? 'left' : 'right',
    language: LANGUAGES.find((language) => language === config.language) ?? '',
    greeting: text(config.greeting),
    offline: config.offline === 'chat' ? 'chat' : 'form',
    offline_text: text(config.offline_text),
    origins: Array.isArray(config.origins) ? config.origins.filter((one) => typeof one === 'string') : [],
  };
}

/** The whole `config` anew: what the form knows nothing of stays, and what says nothing is left out. */
export function configWith(before: Config, look: Look): Config {
  const { name: _name, ...mine } = look;
  const said: Config = {
    ...mine,
    title: look.title.trim(),
    greeting: look.greeting.trim(),
    offline_text: look.offline_text.trim(),
    color: wholeColor(look.color) ?? BRAND,
  };
  const all = Object.entries({ ...before, ...said });
  return Object.fromEntries(
    all.filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  );
}

/** `#rrggbb`, also of `#rgb` and without `#`; null of anything else. */
export function wholeColor(text: string): string | null {
  const [, digits] = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim()) ?? [];
  if (!digits) return null;
  const whole = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return `#${whole.toLowerCase()}`;
}

/** The site that an address is of: `https://loja.com.br`; null where it is none. */
export function originOf(address: string): string | null {
  const text = address.trim();
  const whole = text.includes('://') ? text : `https://${text}`;
  if (!text || /\s/.test(text) || !URL.canParse(whole)) return null;
  const { protocol, hostname, origin, username } = new URL(whole);
  const isSite = hostname.includes('.') || hostname === 'localhost';
  return /^https?:$/.test(protocol) && isSite && !username ? origin : null;
}

/** What is put into a page. */
export const snippetOf = (key: string, server: string): string =>
  `<script src="${server}/widget.js?channel=${encodeURIComponent(key)}" async></script>`;
