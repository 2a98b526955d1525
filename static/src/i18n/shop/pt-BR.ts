/** The demonstration page of the widget, in Portuguese. */
export const shopPtBR = {
  title: 'Casa do Barro',
  tagline: 'Uma loja de mentira, para experimentar a conversa como os seus clientes.',
  products: 'Produtos',
  items: {
    vase: { name: 'Vaso médio', price: 'R$ 89,00' },
    plates: { name: 'Jogo de pratos', price: 'R$ 240,00' },
    mug: { name: 'Caneca esmaltada', price: 'R$ 42,00' },
    lamp: { name: 'Luminária de mesa', price: 'R$ 310,00' },
  },
  channel: 'Chave do canal',
  channelHint: 'Está nos ajustes do canal de webchat. Com ela, a conversa aparece no canto da página.',
  show: 'Mostrar a conversa',
  snippet: 'Para pôr a conversa no seu site, cole isto antes de fechar a página:',
} as const;
