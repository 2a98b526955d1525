import type { Language } from './index';

/** Texts that only some screens need, loaded with them. */
export const parts = {
  bot: {
    'pt-BR': async () => (await import('./bot/pt-BR')).botPtBR,
    en: async () => (await import('./bot/en')).botEn,
  },
  contacts: {
    'pt-BR': async () => (await import('./contacts/pt-BR')).contactsPtBR,
    en: async () => (await import('./contacts/en')).contactsEn,
  },
  floor: {
    'pt-BR': async () => (await import('./floor/pt-BR')).floorPtBR,
    en: async () => (await import('./floor/en')).floorEn,
  },
  inbox: {
    'pt-BR': async () => (await import('./inbox/pt-BR')).inboxPtBR,
    en: async () => (await import('./inbox/en')).inboxEn,
  },
  products: {
    'pt-BR': async () => (await import('./products/pt-BR')).productsPtBR,
    en: async () => (await import('./products/en')).productsEn,
  },
  service: {
    'pt-BR': async () => (await import('./service/pt-BR')).servicePtBR,
    en: async () => (await import('./service/en')).serviceEn,
  },
  shop: {
    'pt-BR': async () => (await import('./shop/pt-BR')).shopPtBR,
    en: async () => (await import('./shop/en')).shopEn,
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>;
export type Part = keyof typeof parts;
