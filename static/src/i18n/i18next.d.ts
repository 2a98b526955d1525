import 'i18next';
import type { Part, parts } from './parts';
import type { ptBR } from './pt-BR';

type Parts = { [P in Part]: Awaited<ReturnType<(typeof parts)[P]['pt-BR']>> };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof ptBR & Parts;
    };
  }
}
