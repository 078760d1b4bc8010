// `npm run bench:desktop [-- RUNS]`: how long the app takes from its start to a screen that can be used, and how much
// memory its parts hold then: the main process, the page, Chromium's other processes, and the engine.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright-core';
import { processesOf } from '../../test/desktop/processes-of.ts';
import { startVirtualDesktop } from '../../test/desktop/virtual-desktop.ts';
import { until } from '../../test/e2e/support/waiting.ts';
import { ensureBuilt } from '../../tools/built.ts';
import { app, appDir } from '../../tools/desktop/build-app.ts';
import { getElectron } from '../../tools/desktop/find-electron.ts';

const RUNS_DEFAULT = 5;
const MIB = 2 ** 20;

interface Run {
  readonly windowMs: number;
  readonly usableMs: number;
  /** In MiB, of memory that is shared each process's part. */
  readonly memory: Readonly<Record<string, number>>;
}

const runs = Number(process.argv[2] ?? RUNS_DEFAULT);
await ensureBuilt(app, (line) => console.error(line));
const electron = (await getElectron()).path;
const desktop = await startVirtualDesktop();
try {
  const results: Run[] = [];
  for (let n = 0; n < runs; n++) results.push(await measure());
  const parts = Object.keys(results[0]?.memory ?? {});
  console.log(`window there        ${shown(results.map((run) => run.windowMs))} ms`);
  console.log(`screen usable       ${shown(results.map((run) => run.usableMs))} ms`);
  for (const part of parts) {
    console.log(`${part.padEnd(20)}${shown(results.map((run) => run.memory[part] ?? 0))} MiB`);
  }
} finally {
  await desktop.stop();
}

async function measure(): Promise<Run> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tidesync-bench-'));
  const startedMs = performance.now();
  const app = await _electron.launch({
    executablePath: electron,
    args: ['--no-sandbox', appDir],
    env: {
      ...(process.env as Record<string, string>),
      ...desktop.env,
      HOME: home,
      TIDESYNC_HOME: path.join(home, 'device'),
    },
  });
  try {
    const page = await app.firstWindow();
    const windowMs = performance.now() - startedMs;
    // The first thing to do in a new home: to say where the server is. It needs the engine's first answer.
    await page.locator('#root input:visible').first().waitFor();
    const usableMs = performance.now() - startedMs;
    return { windowMs, usableMs, memory: memoryOf(home, app.process().pid ?? 0) };
  } finally {
    const pid = app.process().pid ?? 0;
    process.kill(pid, 'SIGTERM');
    await until('the app has ended', () => processesOf(home).length === 0);
    await rm(home, { recursive: true, force: true });
  }
}

function memoryOf(home: string, mainPid: number): Record<string, number> {
  const memory: Record<string, number> = { 'main process': 0, page: 0, 'other of Chromium': 0, engine: 0 };
  const add = (part: string, pid: string) => {
    memory[part] = (memory[part] ?? 0) + pssMib(pid);
  };
  add('main process', String(mainPid));
  for (const line of processesOf(home)) {
    const [pid = ''] = line.split(' ', 1);
    if (line.includes('main.ts serve')) add('engine', pid);
    else if (line.includes('--type=renderer')) add('page', pid);
    else if (pid !== String(mainPid)) add('other of Chromium', pid);
  }
  return memory;
}

function pssMib(pid: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return (Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024) / MIB;
}

/** The middle one, and between which the others lie. */
function shown(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b).map(Math.round);
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}
