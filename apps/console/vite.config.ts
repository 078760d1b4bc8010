import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** A server that runs already, for `vite dev`. */
const SERVER = process.env.TIDESYNC_DEV_SERVER ?? 'http://127.0.0.1:8750';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    // The oldest Chromium that the desktop app's shell may have; other browsers of that age do.
    target: 'chrome108',
    // The server's policy allows its own files alone: no small file may become a `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kB. It is one page, loaded once and then kept; the administration comes apart.
    chunkSizeWarningLimit: 1_500,
  },
  worker: { format: 'es' },
  server: { proxy: { '/trpc': SERVER, '/objects': SERVER } },
});
