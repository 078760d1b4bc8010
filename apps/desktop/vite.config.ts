import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const dir = import.meta.dirname;

/** Stands in the built page for the nonce that whoever serves it makes anew for each answer. */
const NONCE_PLACEHOLDER = 'tidesync-csp-nonce';

// The screens alone, for a browser. The app's own build (electron-vite) makes the same of them.
export default defineConfig({
  root: path.join(dir, 'src/renderer'),
  base: './',
  html: { cspNonce: NONCE_PLACEHOLDER },
  plugins: [react()],
  build: {
    outDir: path.join(dir, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome108',
    cssTarget: 'chrome108',
    // A data: URL is a resource that the page's policy would have to allow.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
  },
});
