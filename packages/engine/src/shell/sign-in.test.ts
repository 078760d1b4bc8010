import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail, isFailure } from '@tidesync/shared/problems';
import { afterEach, describe, expect, test } from 'vitest';
import { homeFolder } from '../adapters/home-folder.ts';
import { nodeSha256 } from '../adapters/node-environment.ts';
import { nodePlaces, nodeProcess } from '../adapters/node-places.ts';
import { openSqliteJournal } from '../adapters/sqlite-journal.ts';
import { storedText } from '../core/bound-token.ts';
import type { EngineJournal } from '../ports/journal.ts';
import type { TokenPlace } from '../ports/token-place.ts';
import type { Death } from '../testing/dying-process.ts';
import { DEATHS, DyingProcess, TestFolders, tornInLog } from '../testing/dying-process.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { MemoryLibrary } from '../testing/memory-library.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { turn } from '../testing/shell-bench.ts';
import { openEngine } from './engine.ts';
import type { EngineParts, ServerGate } from './engine-parts.ts';
import type { Engine, LoginInput } from './face.ts';

const FIRST = 'https://first.example';
const SECOND = 'https://second.example';

const folders = new TestFolders();
afterEach(() => folders.end());
const newHome = () => folders.make();

/** Two servers that give out tokens, and note whom they see. */
class Servers implements ServerGate {
  readonly #issued = new Map<string, { serverUrl: string; isOpen: boolean }>();
  /** Tokens that arrived at a server which has not given them out. */
  readonly strays: string[] = [];

  check(url: string) {
    return fail({ reason: 'notTidesync', url });
  }

  async login(serverUrl: string, { email }: LoginInput) {
    const token = `tds_${this.#issued.size + 1}`;
    this.#issued.set(token, { serverUrl, isOpen: true });
    return { token, accountId: `account at ${serverUrl}`, deviceId: `device ${this.#issued.size}`, email };
  }

  connect(serverUrl: string, token: string) {
    const asked = () => {
      const issued = this.#issued.get(token);
      if (issued?.serverUrl !== serverUrl) this.strays.push(`${token} at ${serverUrl}`);
      if (issued?.isOpen !== true) fail({ reason: 'deviceRevoked' });
      return issued;
    };
    const { sync, objects } = new MemoryLibrary(new FakeClock());
    const quota = async () => {
      asked();
      return { limitBytes: 0, usedBytes: 0, reservedBytes: 0 };
    };
    const watch = () => ({ close: () => undefined });
    return {
      sync: { ...sync, quota, watch },
      objects,
      library: {
        trash: () => fail({ reason: 'signedOut' }),
        restore: () => fail({ reason: 'signedOut' }),
        versions: () => fail({ reason: 'signedOut' }),
        restoreVersion: () => fail({ reason: 'signedOut' }),
        search: () => fail({ reason: 'signedOut' }),
        retention: () => fail({ reason: 'signedOut' }),
        setRetention: () => fail({ reason: 'signedOut' }),
      },
      logout: async () => {
        asked().isOpen = false;
      },
      close: () => undefined,
    };
  }

  open(): number {
    return [...this.#issued.values()].filter(({ isOpen }) => isOpen).length;
  }
}

interface Opened {
  readonly engine: Engine;
  readonly journal: EngineJournal;
}

/** An engine on the real files of that home; with a process that dies, its writes of the session are points of it. */
async function open(
  home: string,
  servers: ServerGate,
  { dying, token = homeFolder(home).token }: { dying?: DyingProcess; token?: TokenPlace } = {},
): Promise<Opened> {
  const file = path.join(home, 'journal.db');
  const { journal } = openSqliteJournal(file, 0);
  const clock = new FakeClock();
  const parts: EngineParts = {
    ...{ journal, token, servers, clock, homePath: home, sha256: nodeSha256, version: '1', bootId: 'b' },
    places: nodePlaces,
    process: nodeProcess,
    powerAndNetwork: { power: async () => 'mains', network: async () => 'unmetered' },
    folders: { prepare: async (at) => at, resolve: async (at) => at },
    openDisk: () => new MemoryDisk({ clock }),
    openCutter: () => fail({ reason: 'internal' }),
    watcher: { watch: async () => ({ close: async () => undefined }) },
    random: seededRandom(1),
    log: () => undefined,
  };
  if (dying === undefined) return { engine: await openEngine(parts), journal };
  const gate: ServerGate = {
    check: (url) => servers.check(url),
    login: (url, input) => dying.point(() => servers.login(url, input), null),
    connect(url, given) {
      const connection = servers.connect(url, given);
      return { ...connection, logout: () => dying.point(() => connection.logout(), null) };
    },
  };
  return {
    engine: await openEngine({ ...parts, servers: gate, journal: dyingJournal(journal, file, dying) }),
    journal,
  };
}

/** `setSession` of a journal is synchronous: what follows it in a process that is gone has to throw. */
function dyingJournal(journal: EngineJournal, file: string, dying: DyingProcess): EngineJournal {
  return {
    ...journal,
    setSession(session) {
      let isDone = false;
      const write = () => {
        journal.setSession(session);
        isDone = true;
      };
      void dying.point(
        async () => write(),
        () => tornInLog(file, write),
      );
      if (dying.isOver || !isDone) throw new Error('the process is gone');
    },
  };
}

const input = (serverUrl: string): LoginInput => ({
  ...{ serverUrl, email: 'ann@example.org', password: 'secret' },
  deviceName: 'laptop',
});
const shown = ({ engine }: Opened) => {
  const { session } = engine.status();
  return session.is === 'signedOut' ? session.why : session.serverUrl;
};

interface Scenario {
  readonly before: (home: string, servers: Servers) => Promise<void>;
  readonly deed: (engine: Engine) => Promise<void>;
  /** What may be found at the next start. */
  readonly found: readonly string[];
  /** What the person does then, if anything, and how it ends. */
  readonly again: (engine: Engine) => Promise<void>;
  readonly end: string;
}

const used = async (home: string, servers: Servers, deeds: (engine: Engine) => Promise<void>) => {
  const { engine } = await open(home, servers);
  await deeds(engine);
  await engine.close();
};
const signedIn = (engine: Engine) =>
  engine.status().session.is === 'signedIn' ? Promise.resolve() : engine.login(input(SECOND));

const scenarios: [string, Scenario][] = [
  [
    'the first sign-in',
    {
      before: async () => undefined,
      deed: (engine) => engine.login(input(SECOND)),
      found: ['never', SECOND],
      again: signedIn,
      end: SECOND,
    },
  ],
  [
    'a sign-in to another server than before',
    {
      before: (home, servers) =>
        used(home, servers, async (engine) => {
          await engine.login(input(FIRST));
          await engine.logout();
        }),
      deed: (engine) => engine.login(input(SECOND)),
      found: ['logout', 'interrupted', SECOND],
      again: signedIn,
      end: SECOND,
    },
  ],
  [
    'a sign-out',
    {
      before: (home, servers) => used(home, servers, (engine) => engine.login(input(FIRST))),
      deed: (engine) => engine.logout(),
      found: [FIRST, 'revoked', 'logout'],
      again: (engine) => (engine.status().session.is === 'signedIn' ? engine.logout() : Promise.resolve()),
      end: 'logout',
    },
  ],
];

async function killedOnce(scenario: Scenario, at: number, death: Death) {
  const home = newHome();
  const servers = new Servers();
  await scenario.before(home, servers);
  const dying = new DyingProcess(home, { at, death });
  const opened = await open(home, servers, { dying });
  const outcome = await dying.run(() => scenario.deed(opened.engine));
  const left = folders.copyOf(home);
  opened.journal.close();
  const next = await open(left, servers);
  next.engine.run();
  await turn();
  await turn();
  const found = shown(next);
  await scenario.again(next.engine);
  await next.engine.close();
  const last = await open(left, servers);
  const end = shown(last);
  await last.engine.close();
  return { isKilled: outcome === 'killed', found, end, strays: servers.strays };
}

describe.each(scenarios)('%s', (_what, scenario) => {
  test('[W40] killed before, in or after any write it ends as if it was not, no token sent elsewhere', async () => {
    const found = new Set<string>();
    for (const death of DEATHS) {
      for (let at = 1, goesOn = true; goesOn; at++) {
        const result = await killedOnce(scenario, at, death);
        const where = `${death} ${at}`;
        expect([where, result.strays]).toEqual([where, []]);
        expect([where, scenario.found]).toEqual([where, expect.arrayContaining([result.found])]);
        expect([where, result.end]).toEqual([where, scenario.end]);
        found.add(result.found);
        goesOn = result.isKilled;
      }
    }
    expect([...found].sort()).toEqual([...scenario.found].sort());
  });
});

test('a token that says nothing of its server is of the session that is there, and says so from then on', async () => {
  const home = newHome();
  const servers = new Servers();
  await used(home, servers, (engine) => engine.login(input(FIRST)));
  const { token: tokenFile } = homeFolder(home).files;
  writeFileSync(tokenFile, 'tds_1');
  const opened = await open(home, servers);
  expect(shown(opened)).toBe(FIRST);
  await opened.engine.close();
  const session = { serverUrl: FIRST, deviceId: 'device 1' };
  expect(readFileSync(tokenFile, 'utf8')).toBe(storedText('tds_1', session));
});

test.each([
  ['of another server', storedText('tds_1', { serverUrl: SECOND, deviceId: 'device 1' }), 'interrupted'],
  ['of another device', storedText('tds_1', { serverUrl: FIRST, deviceId: 'device 2' }), 'interrupted'],
  ['of nothing', '{"token":"tds_1"}', 'logout'],
  ['that is none', '\0\0\0\0', 'logout'],
])('[W40] a token %s is sent nowhere', async (_what, text, why) => {
  const home = newHome();
  const servers = new Servers();
  await used(home, servers, (engine) => engine.login(input(FIRST)));
  writeFileSync(homeFolder(home).files.token, text);
  const seen: string[] = [];
  const gate: ServerGate = {
    check: (url) => servers.check(url),
    login: (url) => servers.login(url, input(url)),
    connect(url, token) {
      seen.push(token);
      return servers.connect(url, token);
    },
  };
  const opened = await open(home, gate);
  opened.engine.run();
  await turn();
  expect(seen).toEqual([]);
  expect(shown(opened)).toBe(why);
  await opened.engine.login(input(SECOND));
  expect(shown(opened)).toBe(SECOND);
  await opened.engine.close();
});

test('of two sign-ins at once the first one holds, and the next start finds it', async () => {
  const home = newHome();
  const servers = new Servers();
  const opened = await open(home, servers);
  const both = await Promise.allSettled([
    opened.engine.login(input(FIRST)),
    opened.engine.login(input(SECOND)),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await opened.engine.close();
  const next = await open(home, servers);
  expect(shown(next)).toBe(FIRST);
  await next.engine.close();
});

/** As on a disk that takes no more. */
const refusing = (home: string): TokenPlace => ({
  read: homeFolder(home).token.read,
  write: async () => fail({ reason: 'ownDataFailed', path: home, detail: 'EIO' }),
  where: () => 'file',
});

test('a sign-in that cannot be remembered is taken back on the server', async () => {
  const home = newHome();
  const servers = new Servers();
  const opened = await open(home, servers, { token: refusing(home) });
  await expect(opened.engine.login(input(FIRST))).rejects.toSatisfy((error) =>
    isFailure(error, 'ownDataFailed'),
  );
  expect(servers.open()).toBe(0);
  expect(shown(opened)).toBe('never');
  await opened.engine.close();
});

test('a sign-out ends the session though the token cannot be removed, and the next start finds it ended', async () => {
  const home = newHome();
  const servers = new Servers();
  await used(home, servers, (engine) => engine.login(input(FIRST)));
  const opened = await open(home, servers, { token: refusing(home) });
  await expect(opened.engine.logout()).rejects.toSatisfy((error) => isFailure(error, 'ownDataFailed'));
  expect(shown(opened)).toBe('logout');
  await opened.engine.close();
  const next = await open(home, servers);
  next.engine.run();
  await turn();
  expect(shown(next)).toBe('revoked');
  await next.engine.close();
});
