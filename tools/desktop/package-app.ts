// `npm run package:desktop -- [--dir | --deb …]`: packs the app with electron-builder, then starts what was packed as a
// folder. Without options it makes the folder alone. With an Electron of the cache the package is of that older version:
// good to see that it starts, not to be given to others.

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parse } from 'yaml';
import { ensureBuilt } from '../built.ts';
import { repoDir } from '../setup/paths.mjs';
import { app, appDir } from './build-app.ts';
import { getElectron } from './find-electron.ts';
import type { Lockfile } from './parts-list.ts';
import { partsList } from './parts-list.ts';
import { stageEngine } from './stage-engine.ts';
import { tryPackage } from './try-package.ts';

const say = (line: string) => console.error(`tidesync: ${line}`);
const outDir = path.join(appDir, 'out');
const CONFIG = 'electron-builder.yml';
/** Fuses that the older Electron does not have yet. */
const FUSES_OF_LATER = ['grantFileProtocolExtraPrivileges'];

await ensureBuilt(app, say);
say('putting engine and command together');
stageEngine(path.join(outDir, 'engine'));
const electron = await getElectron();
const isOlder = electron.from === 'cache' || electron.from === 'wheel';
const config = isOlder ? olderConfig(path.dirname(electron.path)) : CONFIG;
const asked = process.argv.slice(2);
const targets = asked.length === 0 ? ['--dir'] : asked;
const builder = createRequire(path.join(appDir, 'package.json')).resolve('electron-builder/package.json');
const args = ['--config', config, '--publish', 'never', ...targets];
execFileSync(process.execPath, [path.join(path.dirname(builder), 'cli.js'), ...args], {
  cwd: appDir,
  stdio: ['ignore', 2, 2],
  env: { TIDESYNC_UPDATES_URL: 'https://updates.invalid/', ...process.env },
});
writeParts();
if (process.platform === 'linux') {
  say('starting what was packed');
  await tryPackage(path.join(outDir, 'packages/linux-unpacked'));
  say('it starts, its command reaches its engine, a second start ends, and nothing is left after the end');
}
console.log(path.join(outDir, 'packages'));

/** Beside the packages: what of others is in them. */
function writeParts(): void {
  const lock = parse(readFileSync(path.join(repoDir, 'pnpm-lock.yaml'), 'utf8')) as Lockfile;
  const made = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8')) as { version: string };
  const file = path.join(outDir, 'packages', `tidesync-${made.version}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(partsList(lock, made), null, 2)}\n`);
}

/** The same configuration for a copy of that Electron, without the loader that stands in for an app. */
function olderConfig(folder: string): string {
  const copy = path.join(outDir, 'electron');
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, {
    recursive: true,
    filter: (source) => path.relative(folder, source) !== path.join('resources', 'app'),
  });
  for (const left of ['AppRun', '.DirIcon', 'usr', 'fiftyone.desktop', 'fiftyone.png'])
    rmSync(path.join(copy, left), { recursive: true, force: true });
  const config = parse(readFileSync(path.join(appDir, CONFIG), 'utf8')) as { electronFuses: object };
  const fuses = Object.entries(config.electronFuses).filter(([fuse]) => !FUSES_OF_LATER.includes(fuse));
  const electronVersion = /electron-([\d.]+)/.exec(folder)?.[1];
  const older = { ...config, electronFuses: Object.fromEntries(fuses), electronDist: copy, electronVersion };
  const file = path.join(outDir, 'electron-builder.older.json');
  writeFileSync(file, JSON.stringify(older));
  return file;
}
