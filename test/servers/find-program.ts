// Where a program comes from: PATH, the cache of builds, an engine of containers, or a build.

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildProgram } from './build-program.ts';
import type { Program, ProgramKind } from './server-kinds.ts';
import { programs } from './server-kinds.ts';

const run = promisify(execFile);

const VERSION_TIMEOUT_MS = 20_000;
const ENGINE_TIMEOUT_MS = 10_000;
const PULL_TIMEOUT_MS = 10 * 60_000;

export type Found =
  | { readonly how: 'program'; readonly path: string; readonly from: 'PATH' | 'cache' | 'build' }
  | { readonly how: 'container'; readonly image: string };

/** What the search looks at; tests give it other places than the machine's. */
export interface Places {
  /** As in PATH. */
  readonly path: string;
  /** Folder of the builds, `NAME-VERSION` each. */
  readonly cacheDir: string;
  /** Whether an engine of containers runs and has the image, fetched if need be. */
  hasImage(image: string): Promise<boolean>;
  /** Builds into the cache, and answers with the program. Errors: `NotObtainable`. */
  build(kind: ProgramKind, cacheDir: string): Promise<string>;
}

function placesOfThisMachine(env: NodeJS.ProcessEnv = process.env): Places {
  return { path: env.PATH ?? '', cacheDir: cacheDirOf(env), hasImage, build: buildProgram };
}

/** `${XDG_CACHE_HOME:-~/.cache}/tidesync/servers`, outside every checkout. */
export function cacheDirOf(env: NodeJS.ProcessEnv): string {
  const given = env.XDG_CACHE_HOME ?? '';
  // The XDG specification has relative paths ignored.
  const base = path.isAbsolute(given) ? given : path.join(env.HOME ?? os.homedir(), '.cache');
  return path.join(base, 'tidesync/servers');
}

/** Errors: `NotObtainable`, when nothing is found and it cannot be built either. */
export async function findProgram(kind: ProgramKind, places = placesOfThisMachine()): Promise<Found> {
  const program = programs[kind];
  const onPath = await findOnPath(program, places.path);
  if (onPath !== null) return { how: 'program', path: onPath, from: 'PATH' };
  const cached = cachedProgram(program, places.cacheDir);
  if (await isExecutable(cached)) return { how: 'program', path: cached, from: 'cache' };
  const { image } = program;
  if (image !== null && (await places.hasImage(image))) return { how: 'container', image };
  return { how: 'program', path: await places.build(kind, places.cacheDir), from: 'build' };
}

/** Where a build lies, or would lie. */
export function cachedProgram({ file, version }: Program, cacheDir: string): string {
  return path.join(cacheDir, `${file}-${version}`, file);
}

async function findOnPath(program: Program, searchPath: string): Promise<string | null> {
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const name of program.names)
    for (const folder of folders) {
      const file = path.join(folder, name);
      if ((await isExecutable(file)) && (await isItself(file, program))) return file;
    }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether a program is the one that is meant, and not another of the same name. */
async function isItself(file: string, { versionArgs, says }: Program): Promise<boolean> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tidesync-version-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, MC_CONFIG_DIR: home };
  try {
    const { stdout, stderr } = await run(file, versionArgs, { env, cwd: home, timeout: VERSION_TIMEOUT_MS });
    return says.test(`${stdout}\n${stderr}`);
  } catch {
    return false;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function hasImage(image: string): Promise<boolean> {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: ENGINE_TIMEOUT_MS });
  } catch {
    return false;
  }
  const looked = await run('docker', ['image', 'inspect', image]).catch(() => null);
  if (looked !== null) return true;
  const pulled = await run('docker', ['pull', '--quiet', image], { timeout: PULL_TIMEOUT_MS }).catch(
    () => null,
  );
  return pulled !== null;
}
