import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chokidarWatcher } from '@tidesync/engine/adapters/chokidar-watcher';
import { nodeFolderPlaces } from '@tidesync/engine/adapters/folder-places';
import { homeFolder } from '@tidesync/engine/adapters/home-folder';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeDisk } from '@tidesync/engine/adapters/node-disk';
import { nodeClock, nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { nodePlaces, nodeProcess } from '@tidesync/engine/adapters/node-places';
import { systemPowerAndNetwork } from '@tidesync/engine/adapters/power-and-network/system-power-and-network';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import { systemBootId } from '@tidesync/engine/adapters/system-boot';
import { threadCutters } from '@tidesync/engine/adapters/thread-cutter';
import {
  createServerApi,
  libraryServerOf,
  parseServerUrl,
  syncServerOf,
} from '@tidesync/engine/adapters/trpc-server';
import { readStoredTokens, storedText } from '@tidesync/engine/core/bound-token';
import type { TokenPlace } from '@tidesync/engine/ports/token-place';
import { openEngine } from '@tidesync/engine/shell/engine';
import type { ServerGate } from '@tidesync/engine/shell/engine-parts';
import { fail } from '@tidesync/shared/problems';
import envPaths from 'env-paths';
import manifest from '../package.json' with { type: 'json' };
import { connectAccountServer } from './compose-account-server.ts';
import { composeToken } from './compose-token.ts';
import type { EngineParts, OpenedEngine } from './engine-access.ts';

const JOURNAL_FILE = 'journal.db';

/** Where this device keeps its data unless TIDESYNC_HOME says otherwise: beside the server's of `npm start`. */
export function defaultHomePath(): string {
  return path.join(envPaths('tidesync', { suffix: '' }).data, 'device');
}

export interface EngineOptions {
  readonly homePath: string;
  /** Plain words about what happened unasked. */
  readonly log: (line: string) => void;
}

/** Everything behind an engine of this device, with its real disk, database, network and clock. */
export function composeEngineParts(options: EngineOptions): EngineParts {
  const { homePath, log } = options;
  const home = homeFolder(homePath);
  const token = composeToken(home, log);
  return {
    home: { ...home, readToken: () => token.read(), settleToken: () => token.settle() },
    clock: nodeClock,
    random: nodeRandom,
    openEngine: () => composeEngine({ homePath, log, token }),
    connectServer: connectAccountServer,
    screensDir: screensDir(process.env),
  };
}

async function composeEngine(options: EngineOptions & { token: TokenPlace }): Promise<OpenedEngine> {
  const { homePath, log, token } = options;
  const { journal, setAside } = openSqliteJournal(path.join(homePath, JOURNAL_FILE), nodeClock.nowMs());
  if (setAside !== null) {
    log(
      `This device's database was damaged and lies now in ${setAside}. Sign in and add your folders again:`,
    );
    log('they are merged with the server, and nothing is deleted.');
  }
  const cutters = threadCutters();
  const engine = await openEngine({
    journal,
    token,
    servers: serverGate,
    folders: nodeFolderPlaces,
    places: nodePlaces,
    process: nodeProcess,
    powerAndNetwork: systemPowerAndNetwork(),
    homePath,
    openDisk: (rootPath) => nodeDisk(rootPath),
    // The threads are shared by all roots and end with the engine.
    openCutter: (rootPath) => ({ ...cutters.cutterFor(rootPath), close: async () => {} }),
    watcher: chokidarWatcher,
    clock: nodeClock,
    random: nodeRandom,
    sha256: nodeSha256,
    log,
    version: manifest.version,
    bootId: systemBootId(),
  });
  const close = async () => {
    await engine.close();
    await cutters.close();
  };
  return { engine, close };
}

const environment = { clock: nodeClock, random: nodeRandom };
const serverGate: ServerGate = {
  async check(typed) {
    const url = parseServerUrl(typed);
    if (url === null) return fail({ reason: 'invalidInput', detail: `"${typed}" is no address of a server` });
    return { url, ...(await createServerApi({ url, token: null, ...environment }).checkHealth()) };
  },
  async login(url, { email, password, deviceName }) {
    const api = createServerApi({ url, token: null, ...environment });
    await api.checkHealth();
    return api.call('auth.login', { email, password, deviceName });
  },
  connect(url, token) {
    const api = createServerApi({ url, token, ...environment });
    const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
    return {
      sync: syncServerOf(api),
      objects,
      library: libraryServerOf(api),
      logout: async () => void (await api.call('auth.logout')),
      replaceToken: async (nextHash) => void (await api.call('devices.rotate', { nextHash })),
      close: () => objects.close(),
    };
  },
};

/**
 * For a server that listens elsewhere now than when this device signed in there; the token stays good. Stopped between
 * its two writes, it is to be called again, with the former addresses and the one it was to change to.
 * Fails with `homeInUse` while another program works with the home.
 */
export async function relocateServer(
  homePath: string,
  fromUrls: readonly string[],
  toUrl: string,
): Promise<void> {
  const home = homeFolder(homePath);
  const lock = await home.lock();
  if (lock === null) return fail({ reason: 'homeInUse', path: homePath });
  try {
    const { journal } = openSqliteJournal(path.join(homePath, JOURNAL_FILE), nodeClock.nowMs());
    try {
      const session = journal.session();
      if (session === null || ![...fromUrls, toUrl].includes(session.serverUrl)) return;
      await rebindToken(
        composeToken(home, () => undefined),
        session.deviceId,
        { fromUrls, toUrl },
      );
      journal.setSession({ ...session, serverUrl: toUrl });
    } finally {
      journal.close();
    }
  } finally {
    await lock.release();
  }
}

async function rebindToken(
  token: TokenPlace,
  deviceId: string,
  { fromUrls, toUrl }: { readonly fromUrls: readonly string[]; readonly toUrl: string },
): Promise<void> {
  const text = await token.read();
  const stored = text === null ? null : readStoredTokens(text);
  const binding = stored?.binding ?? null;
  if (stored === null || binding === null || binding.deviceId !== deviceId) return;
  if (fromUrls.includes(binding.serverUrl)) {
    await token.write(storedText(stored.tokens, { deviceId, serverUrl: toUrl }));
  }
}

/** Where the app's build puts them; packages put them elsewhere, and say so. */
function screensDir(env: NodeJS.ProcessEnv): string {
  const given = env.TIDESYNC_SCREENS ?? '';
  return given === ''
    ? fileURLToPath(new URL('../../desktop/out/renderer', import.meta.url))
    : path.resolve(given);
}

/** What `tidesync paths` shows. */
export function homeFilesOf(homePath: string): Record<string, string> {
  return {
    home: homePath,
    journal: path.join(homePath, JOURNAL_FILE),
    ...homeFolder(homePath).files,
  };
}
