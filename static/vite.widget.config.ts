import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress.ts';

/** The widget: one script without a hash in its name, since it stands in other people's pages. */
export default defineConfig({
  plugins: [precompress()],
  publicDir: false,
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    lib: { entry: 'widget/main.ts', formats: ['iife'], name: 'BalcaoWidget', fileName: () => 'widget.js' },
  },
});
