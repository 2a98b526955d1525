/**
 * The chat on anybody's page: `<script src="https://…/widget.js?channel=<key>" async></script>`.
 *
 * `data-color`, `data-position`, `data-language`, `data-title` and `data-greeting` on the script's tag say how it looks; what
 * they leave open the channel's settings say. It lives in a shadow root, so that neither side's styles reach the other.
 */
import { h, render } from 'preact';
import { newId } from '@/ui/new-id';
import { Chat, type SocketLike } from './chat';
import { configOf, inkOn } from './config';
import { Failed, Server } from './server';
import css from './style.css?inline';
import { speaker } from './texts';
import { Widget } from './view';

const RETRY_MS = 15_000;

function mount(script: HTMLScriptElement): void {
  const src = new URL(script.src);
  const key = script.dataset.channel ?? src.searchParams.get('channel');
  if (!key) {
    console.error('widget.js: which channel? <script src="…/widget.js?channel=<key>">');
    return;
  }
  const server = new Server(src.origin, key, newId);
  const host = document.createElement('div');
  host.dataset.balcao = key;
  // A page whose policy forbids inline styles allows this all the same.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];

  const begin = async () => {
    try {
      const channel = await server.channel();
      const config = configOf([{ ...script.dataset }, channel.config], navigator.language);
      host.dataset.position = config.position;
      host.lang = config.language;
      host.style.setProperty('--accent', config.color);
      host.style.setProperty('--ink', inkOn(config.color));
      const chat = new Chat({ server, open: (url) => new WebSocket(url) as SocketLike, newId });
      addEventListener('online', () => chat.wake());
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') chat.wake();
      });
      document.body.append(host);
      render(h(Widget, { chat, server, channel, config, say: speaker(config.language) }), root);
      // Who was here before hears of an answer also while the panel is closed.
      if (server.token()) void chat.start();
    } catch (error) {
      const status = error instanceof Failed ? error.status : 0;
      if (status === 403 || status === 404)
        console.error(`widget.js: channel ${key} does not serve this page`);
      else setTimeout(() => void begin(), RETRY_MS);
    }
  };
  if (document.body) void begin();
  else addEventListener('DOMContentLoaded', () => void begin(), { once: true });
}

if (document.currentScript instanceof HTMLScriptElement) mount(document.currentScript);
