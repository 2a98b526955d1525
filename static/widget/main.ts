/**
 * The chat on anybody's page: `<script src="https://…/widget.js?channel=<key>" async></script>`.
 *
 * `data-color`, `data-position`, `data-language`, `data-title`, `data-greeting`, `data-offline` and `data-offline-text` on the
 * script's tag say how it looks, also when they change later; what they leave open the channel's settings say. `data-inside` names
 * an element by its id where the widget is to live instead of the page's end. A page that changes without loading takes the widget
 * away with `script.dispatchEvent(new Event('balcao:remove'))`.
 *
 * It lives in a shadow root, so that neither side's styles reach the other.
 */
import { h, render } from 'preact';
import { newId } from '@/ui/new-id';
import { Chat, type SocketLike } from './chat';
import { configOf, inkOn, wishesOf } from './config';
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

  let end: (() => void) | null = null;
  let isRemoved = false;
  script.addEventListener('balcao:remove', () => {
    isRemoved = true;
    end?.();
  });

  const begin = async () => {
    try {
      const channel = await server.channel();
      if (isRemoved) return;
      const chat = new Chat({ server, open: (url) => new WebSocket(url) as SocketLike, newId });
      const read = () => configOf([wishesOf(script.dataset), channel.config], navigator.language);
      const show = () => {
        const config = read();
        host.dataset.position = config.position;
        host.lang = config.language;
        host.style.setProperty('--accent', config.color);
        host.style.setProperty('--ink', inkOn(config.color));
        render(h(Widget, { chat, server, channel, config, say: speaker(config.language) }), root);
      };
      const wake = () => chat.wake();
      const look = () => document.visibilityState === 'visible' && chat.wake();
      addEventListener('online', wake);
      document.addEventListener('visibilitychange', look);
      const changes = new MutationObserver(show);
      changes.observe(script, { attributes: true });
      end = () => {
        changes.disconnect();
        removeEventListener('online', wake);
        document.removeEventListener('visibilitychange', look);
        chat.stop();
        render(null, root);
        host.remove();
      };
      (document.getElementById(script.dataset.inside ?? '') ?? document.body).append(host);
      show();
      // Who was here before hears of an answer also while the panel is closed.
      if (server.token() && !read().preview) void chat.start();
    } catch (error) {
      const status = error instanceof Failed ? error.status : 0;
      if (status === 403 || status === 404)
        console.error(`widget.js: channel ${key} does not serve this page`);
      else if (!isRemoved) setTimeout(() => void begin(), RETRY_MS);
    }
  };
  if (document.body) void begin();
  else addEventListener('DOMContentLoaded', () => void begin(), { once: true });
}

// A page may have taken the tag away while the script was loading.
const tag = document.currentScript;
if (tag instanceof HTMLScriptElement && tag.isConnected) mount(tag);
