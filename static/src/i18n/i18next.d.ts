import 'i18next';
import type { botPtBR } from './bot/pt-BR';
import type { contactsPtBR } from './contacts/pt-BR';
import type { productsPtBR } from './products/pt-BR';
import type { ptBR } from './pt-BR';
import type { shopPtBR } from './shop/pt-BR';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof ptBR & {
        bot: typeof botPtBR;
        contacts: typeof contactsPtBR;
        products: typeof productsPtBR;
        shop: typeof shopPtBR;
      };
    };
  }
}
