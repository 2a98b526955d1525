import type { Texts } from '../pt-BR';
import type { shopPtBR } from './pt-BR';

/** The demonstration page of the widget, in English. */
export const shopEn: Texts<typeof shopPtBR> = {
  title: 'Casa do Barro',
  tagline: 'A make-believe shop, to try the chat as your customers do.',
  products: 'Products',
  items: {
    vase: { name: 'Medium vase', price: 'R$ 89.00' },
    plates: { name: 'Set of plates', price: 'R$ 240.00' },
    mug: { name: 'Enamel mug', price: 'R$ 42.00' },
    lamp: { name: 'Table lamp', price: 'R$ 310.00' },
  },
  channel: 'Channel key',
  channelHint:
    'It stands in the settings of the web chat channel. With it the chat appears in the corner of the page.',
  show: 'Show the chat',
  snippet: 'To have the chat on your site, paste this before the end of the page:',
};
