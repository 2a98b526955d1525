import 'i18next';
import type { botPtBR } from './bot/pt-BR';
import type { inboxPtBR } from './inbox/pt-BR';
import type { ptBR } from './pt-BR';
import type { servicePtBR } from './service/pt-BR';
import type { shopPtBR } from './shop/pt-BR';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof ptBR & {
        bot: typeof botPtBR;
        inbox: typeof inboxPtBR;
        service: typeof servicePtBR;
        shop: typeof shopPtBR;
      };
    };
  }
}
