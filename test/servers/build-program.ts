// Builds a program with the Go of the machine. Where Go gets modules from is that machine's own setting.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../../tools/setup/lock.mjs';
import * as report from '../../tools/setup/report.mjs';
import { noteForReaper } from '../e2e/support/left-behind.ts';
import { NotObtainable } from './not-obtainable.ts';
import type { Build, ProgramKind } from './server-kinds.ts';
import { addressVariables, GO_NEEDED, isServer, programs } from './server-kinds.ts';

const SIGN_OF_LIFE_MS = 30_000;
const BUILD_TIMEOUT_MS = 40 * 60_000;
const OUTPUT_LINES_SHOWN = 12;
/** Names of folders in the cache that are being filled. */
const UNFINISHED = '.building-';

export type Step = { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };

/** The calls of Go that leave the program in `binDir`, each to be run in a folder with `goMod`, if there is one. */
export function goSteps(build: Build, binDir: string): Step[] {
  if (build.how === 'install')
    return [{ args: ['install', build.target], env: { GOBIN: binDir, GOWORK: 'off' } }];
  const env = { GOWORK: 'off' };
  return [
    { args: ['mod', 'tidy'], env },
    { args: ['build', '-o', `${binDir}${path.sep}`, build.target], env },
  ];
}

export type RunStep = (step: Step, folder: string) => Promise<void>;

/** Tests build with something quicker than Go, and without a word. */
export interface Builder {
  readonly runStep: RunStep;
  say(line: string): void;
}

/**
 * Builds into `cacheDir/FILE-VERSION/FILE` and answers with that path. A build appears there whole or not at all,
 * and only one process builds at a time: others wait and then find it. Errors: `NotObtainable`.
 */
export async function buildProgram(
  kind: ProgramKind,
  cacheDir: string,
  builder: Builder = goBuilder,
): Promise<string> {
  const { title, file, version } = programs[kind];
  const target = path.join(cacheDir, `${file}-${version}`);
  try {
    await mkdir(cacheDir, { recursive: true });
    await builder.runStep({ args: ['version'], env: {} }, cacheDir);
    const work = async () => {
      if (await isThere(path.join(target, file))) return;
      await removeUnfinished(cacheDir);
      await buildInto(target, kind, builder);
    };
    const onWait = () =>
      builder.say(`another program is building servers for tests; waiting to have ${title}`);
    await withLock(path.join(cacheDir, '.lock'), work, onWait);
  } catch (error) {
    throw notBuilt(kind, error);
  }
  return path.join(target, file);
}

async function buildInto(target: string, kind: ProgramKind, { runStep, say }: Builder): Promise<void> {
  const { title, file, build, buildTakes } = programs[kind];
  say(`building ${title}; the first time this takes about ${buildTakes}`);
  const startedMs = performance.now();
  const signOfLife = setInterval(
    () => say(`… still building ${title} (${since(startedMs)})`),
    SIGN_OF_LIFE_MS,
  );
  const folder = await mkdtemp(path.join(path.dirname(target), UNFINISHED));
  try {
    const binDir = path.join(folder, 'bin');
    const sourceDir = path.join(folder, 'source');
    await Promise.all([mkdir(binDir), mkdir(sourceDir)]);
    if (build.how === 'module') await writeFile(path.join(sourceDir, 'go.mod'), build.goMod);
    for (const step of goSteps(build, binDir)) await runStep(step, sourceDir);
    if (!(await isThere(path.join(binDir, file)))) throw new Error(`go left no program ${file}`);
    await rm(target, { recursive: true, force: true });
    await rename(binDir, target);
  } finally {
    clearInterval(signOfLife);
    await rm(folder, { recursive: true, force: true });
  }
  say(`built ${title} in ${since(startedMs)}: ${path.join(target, file)}`);
}

const goBuilder: Builder = { runStep: runGo, say: report.say };

function since(startedMs: number): string {
  return `${Math.round((performance.now() - startedMs) / 1000)} s`;
}

function notBuilt(kind: ProgramKind, error: unknown): NotObtainable {
  const { title, file } = programs[kind];
  const why = error instanceof Error ? error.message : String(error);
  const running = isServer(kind) ? `, or set ${addressVariables[kind].name} to one that runs` : '';
  return new NotObtainable({
    kind,
    reason: `${title} is not on this machine and could not be built: ${why}`,
    cure: `install Go ${GO_NEEDED} or newer and check that it can fetch modules, or put ${file} on PATH${running}`,
  });
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** What builds left that were killed; whoever holds the lock is the only one who builds. */
async function removeUnfinished(cacheDir: string): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(names.map((name) => rm(path.join(cacheDir, name), { recursive: true, force: true })));
}

function runGo({ args, env }: Step, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not spawn's own timeout, which lives on when a program could not be started, and this process with it.
    const timeout = setTimeout(() => child.kill(), BUILD_TIMEOUT_MS);
    noteForReaper('+', child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = `${output}${text}`.split('\n').slice(-OUTPUT_LINES_SHOWN).join('\n');
      });
    child.on('error', (error) => {
      clearTimeout(timeout);
      reject(new Error(`go could not be started (${error.message})`));
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timeout);
      noteForReaper('-', child.pid);
      if (exitCode === 0) resolve();
      else reject(new Error(`go ${args.join(' ')} ended with ${exitCode ?? signal}:\n${output.trimEnd()}\n`));
    });
  });
}
