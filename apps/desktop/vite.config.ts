import path from 'node:path';
import { defineConfig } from 'vite';
import { screensBuild, screensOutput } from './screens-build.ts';

const dir = import.meta.dirname;

// The screens alone, for a browser. The app's own build (electron-vite) makes the same of them.
export default defineConfig({
  ...screensBuild,
  root: path.join(dir, 'src/renderer'),
  base: './',
  build: {
    ...screensOutput,
    outDir: path.join(dir, 'out/renderer'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 1_000,
  },
});
