import { readFileSync, writeFileSync } from 'node:fs';
import { fail, isFailure } from '@tidesync/shared/problems';
import { afterEach, describe, expect, test } from 'vitest';
import { homeFolder } from '../adapters/home-folder.ts';
import { storedText } from '../core/bound-token.ts';
import { firstToken } from '../core/device-tokens.ts';
import type { TokenPlace } from '../ports/token-place.ts';
import type { Death } from '../testing/dying-process.ts';
import { DEATHS, DyingProcess, TestFolders } from '../testing/dying-process.ts';
import { loginInput, openSession, Servers, shownSession } from '../testing/session-bench.ts';
import { turn } from '../testing/shell-bench.ts';
import type { ServerGate } from './engine-parts.ts';
import type { Engine } from './face.ts';

const FIRST = 'https://first.example';
const SECOND = 'https://second.example';

const folders = new TestFolders();
afterEach(() => folders.end());
const newHome = () => folders.make();

const open = openSession;
const input = loginInput;
const shown = shownSession;

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
  expect(readFileSync(tokenFile, 'utf8')).toBe(storedText(firstToken('tds_1', null), session));
});

test.each([
  [
    'of another server',
    storedText(firstToken('tds_1', 1), { serverUrl: SECOND, deviceId: 'device 1' }),
    'interrupted',
  ],
  [
    'of another device',
    storedText(firstToken('tds_1', 1), { serverUrl: FIRST, deviceId: 'device 2' }),
    'interrupted',
  ],
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
      seen.push(token());
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
