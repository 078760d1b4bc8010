import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { defaultHome } from '../shell/default-home.ts';
import type { EngineProgram } from './engine-host.ts';

/** Where this device keeps its data: the same place as for `tidesync`. */
export function homePathOf(env: NodeJS.ProcessEnv): string {
  const given = env.TIDESYNC_HOME ?? '';
  if (given !== '') return path.resolve(given);
  return defaultHome({ platform: process.platform, env, homeDir: os.homedir() });
}

/**
 * The engine as a program of its own, on the Node that is carried along: packed beside the app's archive, or the
 * repository's while it is developed.
 */
export function engineProgram(homePath: string, env: NodeJS.ProcessEnv): EngineProgram {
  const node = process.platform === 'win32' ? 'node.exe' : 'node';
  const carried = path.join(process.resourcesPath, 'engine');
  const repo = path.join(app.getAppPath(), '../..');
  const isCarried = app.isPackaged || !existsSync(path.join(repo, 'apps/cli/src/main.ts'));
  const place = isCarried
    ? { node: path.join(carried, 'bin', node), main: path.join(carried, 'apps/cli/src/main.ts') }
    : { node: path.join(repo, 'node_modules/node/bin', node), main: path.join(repo, 'apps/cli/src/main.ts') };
  const screens = isCarried ? { TIDESYNC_SCREENS: path.join(process.resourcesPath, 'screens') } : {};
  return {
    node: place.node,
    args: [place.main, 'serve', '--until-stdin-ends'],
    env: { ...screens, ...withoutElectron(env), TIDESYNC_HOME: homePath },
  };
}

/** What is meant for Electron, or for the Node inside of it, would mislead another Node. */
function withoutElectron(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(ELECTRON_|NODE_OPTIONS$|NODE_PATH$|CHROME_)/.test(name)),
  );
}
