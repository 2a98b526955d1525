import 'i18next';
import type { botPtBR } from './bot/pt-BR';
import type { floorPtBR } from './floor/pt-BR';
import type { ptBR } from './pt-BR';
import type { shopPtBR } from './shop/pt-BR';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof ptBR & { bot: typeof botPtBR; floor: typeof floorPtBR; shop: typeof shopPtBR };
    };
  }
}
