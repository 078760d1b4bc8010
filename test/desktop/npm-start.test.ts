// `npm start` on a desktop, and on a machine without one.

import path from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import { repoDir, startProgram, tempHome } from '../e2e/cli-process.ts';
import { until } from '../e2e/support/waiting.ts';
import { processesOf } from './processes-of.ts';

const START = path.join(repoDir, 'tools/start.ts');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(env: Readonly<Record<string, string>>) {
  const { home, remove } = await tempHome();
  cleanups.push(remove);
  const electron = {
    ELECTRON_EXEC_PATH: inject('electronPath'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
  };
  const args = ['--data', path.join(home, 'data'), '--port', '0'];
  const running = startProgram(START, args, { home, env: { ...electron, ...env } });
  cleanups.push(async () => {
    running.child.kill('SIGTERM');
    await running.finished;
  });
  return { home, running };
}

test('with a display it opens the app, and Ctrl-C ends the app with the rest', async () => {
  const { home, running } = await start(inject('desktopEnv'));
  await running.printed(/Screens {2}the app has its own window/);
  const isApp = (line: string) => line.includes('--type=renderer');
  await until('the app has a window', () => processesOf(home).some(isApp));
  running.child.kill('SIGINT');
  expect((await running.finished).exitCode).toBe(0);
  expect(processesOf(home)).toEqual([]);
});

test('without one it prints a link to the same screens', async () => {
  const { running } = await start({ DISPLAY: '', WAYLAND_DISPLAY: '' });
  const [, link] = await running.printed(/Screens {2}(http:\S+\/enter\?code=[0-9a-f]{64})/);
  const { hostname } = new URL(String(link));
  expect(hostname).toMatch(/^tidesync-[0-9a-f]{24}\.localhost$/);
});
