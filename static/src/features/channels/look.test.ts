import { expect, it } from 'vitest';
import { BRAND, configWith, lookOf, originOf, snippetOf, wholeColor } from './look';

const channel = (config: Record<string, unknown>) => ({ name: 'Site', config });

it('reads a channel without settings as the widget would show it', () => {
  expect(lookOf(channel({}))).toEqual({
    name: 'Site',
    flow_id: '',
    title: '',
    color: BRAND,
    position: 'right',
    language: '',
    greeting: '',
    offline: 'form',
    offline_text: '',
    origins: [],
  });
});

it('gives back what it read, keeps what it does not know and drops what says nothing', () => {
  const config = {
    color: '#1c5fa8',
    position: 'left',
    language: 'en',
    title: 'Ajuda',
    origins: ['https://loja.com.br'],
    offline: 'chat',
    sla_minutes: 5,
  };
  expect(configWith(config, lookOf(channel(config)))).toEqual(config);
  const cleared = { ...lookOf(channel(config)), title: '  ', origins: [], language: '' };
  expect(configWith(config, cleared)).toEqual({
    color: '#1c5fa8',
    position: 'left',
    offline: 'chat',
    sla_minutes: 5,
  });
});

it('takes nonsense in the settings for nothing said', () => {
  const look = lookOf(channel({ color: 'red;}', language: 'fr', position: 7, origins: [1, 'https://a.br'] }));
  expect(look).toMatchObject({ color: BRAND, language: '', position: 'right', origins: ['https://a.br'] });
});

it.each([
  ['#0F766E', '#0f766e'],
  ['abc', '#aabbcc'],
  ['#12345', null],
  ['red', null],
])('reads the colour %s', (written, color) => {
  expect(wholeColor(written)).toBe(color);
});

it.each([
  ['https://loja.com.br/contato?x=1', 'https://loja.com.br'],
  ['loja.com.br', 'https://loja.com.br'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['LOJA.com.br', 'https://loja.com.br'],
  ['ftp://loja.com.br', null],
  ['https://ana@loja.com.br', null],
  ['duas palavras', null],
  ['loja', null],
  ['', null],
])('knows the site of %s', (address, origin) => {
  expect(originOf(address)).toBe(origin);
});

it('puts nothing into a page that a key could break out of', () => {
  expect(snippetOf('a"><b', 'https://balcao.com')).toBe(
    '<script src="https://balcao.com/widget.js?channel=a%22%3E%3Cb" async></script>',
  );
});
