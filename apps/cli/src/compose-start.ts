import os from 'node:os';
import path from 'node:path';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { EmbeddedServer } from './compose-embedded-server.ts';
import { startEmbeddedServer } from './compose-embedded-server.ts';
import { composeEngineParts, defaultHomePath, relocateServer } from './compose-engine.ts';
import { showScreens } from './compose-start-screens.ts';
import { createEngineAccess, serveEngine } from './engine-access.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodeOfStatus, exitCodes } from './exit-codes.ts';
import { followNews } from './news.ts';
import type { FirstAccount } from './start/first-account.ts';
import { moveFirstAccount, newAccount, readFirstAccount, writeFirstAccount } from './start/first-account.ts';
import { joinLines, quoted } from './start/join-lines.ts';
import type { ProgressLine } from './start/progress-line.ts';
import type { DeviceReady } from './start/start-device.ts';
import { LIBRARY, prepareDevice } from './start/start-device.ts';
import type { StartOptions } from './start/start-options.ts';
import { startShows } from './start/start-screens.ts';
import { progressLine, quotaLine } from './status-text.ts';
import { waitSettled } from './wait-settled.ts';

const QUOTA_WAIT_MS = 3_000;

export interface Start extends StartOptions {
  readonly folderDefault: string;
}

/** Server and engine in this process, until the signal fires. Rejects with Failure. */
export async function runStart(
  options: Start,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<ExitCode> {
  const server = await startEmbeddedServer(options);
  try {
    const account = await settleAccount(options.dataDir, server);
    const homePath = path.join(options.dataDir, 'device');
    const parts = composeEngineParts({
      homePath,
      log: (line) => progress.say(line),
    });
    const over = new AbortController();
    let running: Promise<ExitCode> = Promise.resolve(exitCodes.ok);
    const work = async (face: EngineFace) => {
      const ready = await prepareDevice(face, {
        serverUrl: server.url,
        account,
        deviceName: os.hostname(),
        folder: options.folder,
        folderDefault: options.folderDefault,
      });
      const newLink = () => createEngineAccess(parts).browserLink();
      return follow(face, { options, server, account, ready, progress, signal, homePath, newLink });
    };
    await serveEngine(
      parts,
      (face) => {
        running = work(face)
          .catch((error: unknown) => {
            // Ctrl-C closes the engine under whatever is being asked of it.
            if (!signal.aborted) throw error;
            return exitCodes.interrupted;
          })
          .finally(() => over.abort());
        // Awaited below; until then a failure must not count as unheard.
        running.catch(() => {});
      },
      AbortSignal.any([signal, over.signal]),
    );
    return await running;
  } finally {
    progress.end();
    await server.stop();
  }
}

/** `isNew`: made by this start, so its owner has not seen the password yet. */
type KnownAccount = FirstAccount & { readonly isNew: boolean };

/** The first account and its address; null where the accounts were made by other means. */
async function settleAccount(dataDir: string, server: EmbeddedServer): Promise<KnownAccount | null> {
  const known = await readFirstAccount(dataDir);
  if (known === null && (await server.hasAccounts())) return null;
  if (known === null) {
    const made = newAccount(os.userInfo().username, nodeRandom);
    const account = await writeFirstAccount(dataDir, { ...made, serverUrl: server.url, formerUrls: [] });
    await server.ensureAccount(account.email, account.password);
    return { ...account, isNew: true };
  }
  if (!(await server.hasAccounts())) await server.ensureAccount(known.email, known.password);
  const homePath = path.join(dataDir, 'device');
  const moved = await moveFirstAccount(dataDir, { known, serverUrl: server.url }, (fromUrls) =>
    relocateServer(homePath, fromUrls, server.url),
  );
  return { ...moved, isNew: false };
}

interface Following {
  readonly options: Start;
  readonly server: EmbeddedServer;
  readonly account: KnownAccount | null;
  readonly ready: DeviceReady;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
  readonly homePath: string;
  readonly newLink: () => Promise<string | null>;
}

async function follow(face: EngineFace, following: Following): Promise<ExitCode> {
  const { options, progress, signal } = following;
  const known = await statusWithQuota(face);
  if (options.once) {
    for (const line of welcomeLines(known, following)) progress.say(line);
    await waitSettled(face, nodeClock, { timeoutMs: null, interrupted: signal });
    const status = await face.status();
    progress.say(progressLine(status));
    return exitCodeOfStatus(status);
  }
  const say = (line: string) => progress.say(line);
  const screens = await showScreens({
    shows: startShows(process.env.TIDESYNC_START_SHOWS),
    homePath: following.homePath,
    newLink: following.newLink,
    say,
  });
  try {
    for (const line of welcomeLines(known, following, screens.lines)) say(line);
    const show = (status: EngineStatus) => progress.show(progressLine(status));
    await followNews(face, { known, say, status: show }, signal);
    say('Stopping …');
  } finally {
    await screens.close();
  }
  return exitCodes.ok;
}

/** The quota comes from the server a moment after the start. */
async function statusWithQuota(face: EngineFace): Promise<EngineStatus> {
  const patience = AbortSignal.timeout(QUOTA_WAIT_MS);
  for await (const status of face.watch(patience)) {
    if (status.quota !== null || status.session.is === 'signedOut') return status;
  }
  return face.status();
}

function welcomeLines(status: EngineStatus, following: Following, screens: readonly string[] = []): string[] {
  const { options, server, account, ready } = following;
  const home = path.join(options.dataDir, 'device');
  const lines = [
    'Tidesync runs on this computer.',
    `  Server   ${server.url}, data in ${path.join(options.dataDir, 'server')}`,
    ...status.roots.map(
      (root) => `  Folder   ${root.path}  is kept the same as library "${root.libraryName}"`,
    ),
  ];
  if (ready.is === 'signedOut') {
    return [
      ...lines,
      'This device is signed out, so nothing is synced. Sign it in (in another terminal, in this folder):',
      `    TIDESYNC_HOME=${quoted(home)} node_modules/.bin/tidesync login ${server.url} --email YOUR@EMAIL`,
    ];
  }
  if (account !== null) {
    const { email, password, passwordFile } = account;
    const shown = account.isNew ? `, password ${password}` : '';
    lines.push(`  Account  ${email}${shown}  (the password is kept in ${passwordFile})`);
  }
  if (status.quota !== null) lines.push(`  Quota    ${quotaLine(status.quota)}`);
  const { lanUrl, url: serverUrl } = server;
  const library = status.roots[0]?.libraryName ?? LIBRARY;
  const join = account === null ? [] : joinLines({ ...account, serverUrl, lanUrl, library });
  const homeVariable = home === defaultHomePath() ? '' : `TIDESYNC_HOME=${quoted(home)} `;
  return [
    ...lines,
    ...screens,
    '',
    'What it is doing, at any time (in another terminal, in this folder):',
    `    ${homeVariable}node_modules/.bin/tidesync status`,
    ...join,
    '',
    'Put files into the folder. Ctrl-C stops everything.',
  ];
}
