import path from 'node:path';
import { defineConfig } from 'electron-vite';
import { screensBuild, screensOutput } from './screens-build.ts';

// One bundle for every Electron from 22 (Chromium 108, Node 16) on: what was tested is what is shipped. So main and
// preload are CommonJS.
process.env.ELECTRON_MAJOR_VER = '22';

const dir = import.meta.dirname;
const COMMON_JS = { entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' };
/** Nothing is left to be found in a node_modules: what is packed is what lies in `out`. */
const whole = { externalizeDeps: false, sourcemap: true, minify: false } as const;

export default defineConfig({
  main: {
    build: {
      ...whole,
      outDir: path.join(dir, 'out/main'),
      rolldownOptions: { input: path.join(dir, 'src/main/main.ts'), output: COMMON_JS },
    },
  },
  preload: {
    build: {
      ...whole,
      outDir: path.join(dir, 'out/preload'),
      rolldownOptions: { input: path.join(dir, 'src/preload/preload.ts'), output: COMMON_JS },
    },
  },
  renderer: {
    ...screensBuild,
    root: path.join(dir, 'src/renderer'),
    build: {
      ...screensOutput,
      outDir: path.join(dir, 'out/renderer'),
      minify: true,
      rolldownOptions: { input: path.join(dir, 'src/renderer/index.html') },
    },
  },
});
