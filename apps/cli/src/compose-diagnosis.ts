import { readdir, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { HomeFolder } from '@tidesync/engine/adapters/home-folder';
import { systemPowerAndNetwork } from '@tidesync/engine/adapters/power-and-network/system-power-and-network';
import { readStoredTokens } from '@tidesync/engine/core/bound-token';
import manifest from '../package.json' with { type: 'json' };
import { composeSystemHost } from './compose-system-host.ts';
import type { DiagnosisSources } from './diagnose/sources.ts';

const LOG_LINES = 200;
const MODE_BITS = 0o777;

/** What this device can say about itself, with or without an engine. */
export function composeDiagnosis(
  home: HomeFolder,
  readToken: () => Promise<string | null>,
): DiagnosisSources {
  return {
    versions: () => ({
      tidesync: manifest.version,
      node: process.version,
      system: `${os.platform()} ${os.release()} ${os.arch()}`,
    }),
    enginePid: async () => {
      const text = await readFile(home.files.runtime, 'utf8').catch(() => '');
      return /"pid":(\d+)/.test(text) ? Number(/"pid":(\d+)/.exec(text)?.[1]) : null;
    },
    files: () => filesIn(home.path),
    watches: watchesOf,
    powerAndNetwork,
    logTail,
    settings: () => {
      const ours = Object.entries(process.env).filter(([name]) => name.startsWith('TIDESYNC_'));
      return Object.fromEntries(ours.map(([name, value]) => [name, value ?? '']));
    },
    secrets: () => secretsOf(home, readToken),
  };
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number; mode: string }[]> {
  const names = await readdir(folder).catch(() => []);
  const found = [];
  for (const name of names.sort()) {
    const node = await stat(path.join(folder, name)).catch(() => null);
    if (node !== null) found.push({ name, bytes: node.size, mode: (node.mode & MODE_BITS).toString(8) });
  }
  return found;
}

async function watchesOf(pid: number): Promise<{ watched: number; allowed: number } | null> {
  try {
    const allowed = Number(await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8'));
    let watched = 0;
    for (const fd of await readdir(`/proc/${pid}/fdinfo`)) {
      const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '');
      watched += info.split('\n').filter((line) => line.startsWith('inotify ')).length;
    }
    return { watched, allowed };
  } catch {
    return null;
  }
}

async function powerAndNetwork(): Promise<{ power: string; network: string }> {
  const system = systemPowerAndNetwork();
  const [power, network] = await Promise.all([system.power(), system.network()]);
  return {
    power: power === 'unknown' ? 'unknown, which counts as mains' : power,
    network: network === 'unknown' ? 'unknown, which counts as not metered' : network,
  };
}

async function logTail(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const args = [
    '--user',
    '--unit',
    'tidesync.service',
    '--lines',
    String(LOG_LINES),
    '--no-pager',
    '--quiet',
  ];
  const { code, said } = await composeSystemHost().run(['journalctl', ...args]);
  return code === 0 ? said.split('\n').filter((line) => line !== '') : [];
}

async function secretsOf(home: HomeFolder, readToken: () => Promise<string | null>): Promise<string[]> {
  const stored = await readToken().catch(() => null);
  const read = stored === null ? null : readStoredTokens(stored);
  const announced = await home.announced().catch(() => null);
  const account = await home.marker.read().catch(() => null);
  const tokens = [read?.tokens.current, read?.tokens.next, ...(read?.tokens.earlier ?? [])];
  return [stored, ...tokens, read?.binding?.deviceId, announced?.token, account].filter(
    (one) => one !== null && one !== undefined,
  );
}
