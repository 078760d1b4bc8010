// Before the tests of the app: builds it, finds an Electron, and starts a desktop that nobody sees.

import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../tools/built.ts';
import { app } from '../../tools/desktop/build-app.ts';
import { getElectron } from '../../tools/desktop/find-electron.ts';
import { startVirtualDesktop } from './virtual-desktop.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly electronPath: string;
    readonly desktopEnv: Readonly<Record<string, string>>;
  }
}

/** Errors: with what is missing; `npm test` looks before it comes to that. */
export default async function provideDesktop({ provide }: TestProject): Promise<() => Promise<void>> {
  await ensureBuilt(app, (line) => void process.stderr.write(`${line}\n`));
  provide('electronPath', (await getElectron()).path);
  const desktop = await startVirtualDesktop();
  provide('desktopEnv', desktop.env);
  return () => desktop.stop();
}
