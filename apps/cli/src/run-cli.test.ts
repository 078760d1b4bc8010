import { nodeFolderPlaces } from '@tidesync/engine/adapters/folder-places';
import { homeFolder } from '@tidesync/engine/adapters/home-folder';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { faceOf } from '@tidesync/engine/local-api/engine-face';
import { scriptedEngine } from '@tidesync/engine/testing/scripted-engine';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { Problem } from '@tidesync/shared/problems';
import { Failure } from '@tidesync/shared/problems';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { describe, expect, test } from 'vitest';
import type { AccountServer } from './account-server.ts';
import type { CliContext, EngineAccess } from './cli-context.ts';
import { composeDiagnosis } from './compose-diagnosis.ts';
import { composeSystemHost } from './compose-system-host.ts';
import { runCli } from './run-cli.ts';
import type { SystemHost } from './service/system-host.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const noFurtherLimits = { organisation: null, libraries: [] };
const unused = () => Promise.reject(new Error('not part of this test'));

interface World {
  readonly running?: boolean;
  readonly status?: Partial<EngineStatus>;
  /** Whether there is a desktop with a browser. */
  readonly desktop?: boolean;
  readonly failsWith?: Problem;
  readonly server?: Partial<AccountServer>;
  readonly secret?: string;
  readonly system?: SystemHost;
}

/** Runs one command line over an engine and a server that answer as told. */
async function run(args: string[], world: World = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const engine = scriptedEngine();
  const plain = faceOf({ engine, shutdown: async () => {} });
  const face: EngineFace = {
    ...plain,
    status: async () => ({ ...(await plain.status()), ...world.status }),
    why: () => Promise.reject(new Failure(world.failsWith ?? { reason: 'internal' })),
  };
  const access: EngineAccess = {
    running: async () => (world.running === true ? face : null),
    use: (work) => work({ face, runs: world.running === true ? 'elsewhere' : 'here' }),
    useServer: (work) =>
      world.failsWith === undefined
        ? work(world.server as AccountServer)
        : Promise.reject(new Failure(world.failsWith)),
    serve: unused,
    browserLink: async () => (world.running === true ? 'http://tidesync-1.localhost:1/enter?code=2' : null),
  };
  const never = new AbortController().signal;
  const context: Omit<CliContext, 'out'> = {
    homePath: '/home',
    paths: { home: '/home' },
    cwd: '/work',
    hostName: 'laptop',
    clock,
    random: { bytes: (count) => new Uint8Array(count) },
    folders: nodeFolderPlaces,
    access,
    system: world.system ?? composeSystemHost(),
    diagnosis: composeDiagnosis(homeFolder('/nowhere/home'), async () => null),
    interrupted: () => never,
    inputEnded: () => never,
    openInBrowser: async () => world.desktop === true,
    readSecret: async () => world.secret ?? '',
  };
  const exitCode = await runCli(args, {
    version: '1.2.3',
    streams: { out: (text) => void out.push(text), err: (text) => void err.push(text) },
    contextFor: (output) => ({ ...context, out: output }),
  });
  return { exitCode, out: out.join(''), err: err.join(''), calls: engine.calls };
}

const signedIn: EngineStatus['session'] = {
  is: 'signedIn',
  serverUrl: 'http://127.0.0.1:1',
  email: 'a@b',
  deviceName: 'laptop',
  online: true,
  offlineSentence: null,
};

describe('exit codes', () => {
  const revoked: EngineStatus['session'] = { is: 'signedOut', why: 'revoked' };
  test.each<[args: string, world: World, want: number]>([
    ['--version', {}, 0],
    ['--help', {}, 0],
    ['folder --help', {}, 0],
    ['paths', {}, 0],
    [
      'quota',
      {
        server: {
          quota: async () => ({ ...noFurtherLimits, limitBytes: 1, usedBytes: 0, reservedBytes: 0 }),
        },
      },
      0,
    ],
    ['quota', { failsWith: { reason: 'unreachable', url: 'http://x', detail: 'refused' } }, 1],
    ['why a', { failsWith: { reason: 'entryMissing', entry: 'a' } }, 1],
    ['batches show held-00000000', {}, 1],
    ['batches approve held-00000000', {}, 1],
    ['batches approve 3fa2c1-12', {}, 1],
    ['batches undo nothing', {}, 1],
    ['batches undo', {}, 2],
    ['batches --limit many', {}, 2],
    ['folder set a --mass-delete-percent 101', {}, 2],
    ['folder set a --mass-delete-files -1', {}, 2],
    ['problems', {}, 0],
    ['problems retry', {}, 0],
    ['config list', {}, 0],
    ['config get nonsense', {}, 2],
    ['config get mass-delete-files --folder /elsewhere', {}, 1],
    ['config set mass-delete-files many', {}, 2],
    ['config set mass-delete-files 5', {}, 2],
    ['config set secrets file', {}, 2],
    ['config set upload-limit fast', {}, 2],
    ['config set upload-limit 2Mbit/s', {}, 2],
    ['config set upload-limit 1kB/s', {}, 2],
    ['config set upload-limit 2MB/s --folder /a', {}, 2],
    ['config set on-battery perhaps', {}, 2],
    ['config set upload-limit 2MB/s', {}, 0],
    ['config get on-metered', {}, 0],
    ['resume --anyway', {}, 0],
    ['search', {}, 2],
    ['search a --limit 0', {}, 2],
    ['search a', { failsWith: { reason: 'signedOut' } }, 5],
    ['restore a --number x --to b', {}, 2],
    ['restore a --to b', {}, 1],
    ['', {}, 2],
    ['nonsense', {}, 2],
    ['folder', {}, 2],
    ['folder add /a', {}, 2],
    ['folder add /a --nonsense --library x', {}, 2],
    ['status --timeout 5', {}, 2],
    ['status --wait nonsense', {}, 2],
    ['status --wait idle --timeout soon', {}, 2],
    ['activity --limit 0', {}, 2],
    ['login nonsense --email a@b', {}, 2],
    ['login http://files.example.org --email a@b', {}, 2],
    ['login https://files.example.org --email nonsense', {}, 2],
    ['library delete Photos', {}, 2],
    ['library members set Photos a@b king', {}, 2],
    ['status --wait idle --timeout 0', { running: true, status: { session: signedIn } }, 3],
    ['status', { status: { session: signedIn } }, 4],
    ['status --watch', {}, 4],
    ['status --wait idle', {}, 4],
    ['status', { running: true }, 5],
    ['status', { status: { session: revoked } }, 5],
    ['quota', { failsWith: { reason: 'signedOut' } }, 5],
    ['quota', { failsWith: { reason: 'deviceRevoked' } }, 5],
    ['whoami', {}, 5],
    ['sync', {}, 5],
  ])('%s', async (args, world, want) => {
    const { exitCode, err } = await run(args === '' ? [] : args.split(' '), world);
    expect(exitCode, err).toBe(want);
  });
});

describe('--json', () => {
  test('[W13] is one document on stdout, wherever the option stands', async () => {
    const quota = { limitBytes: 10_000_000_000, usedBytes: 1, reservedBytes: 2, ...noFurtherLimits };
    const server = { quota: async () => quota };
    for (const args of [
      ['--json', 'quota'],
      ['quota', '--json'],
    ]) {
      const { out, err } = await run(args, { server });
      expect(JSON.parse(out)).toEqual({ schema: 1, ...quota });
      expect(err).toBe('');
    }
  });

  test('quota names every limit that an upload may meet', async () => {
    const numbers = { limitBytes: 100, usedBytes: 10, reservedBytes: 5 };
    const library = { libraryId: 'l' as never, name: 'Thesis', storedBytes: 10, reservedBytes: 0 };
    const quota = {
      ...{ ...numbers, organisation: { name: 'Choir', ...numbers } },
      libraries: [{ ...library, limitBytes: 50 }],
    };
    const { out } = await run(['quota'], { server: { quota: async () => quota } });
    expect(out.trimEnd().split('\n')).toEqual([
      '10 B of 100 B used, 5 B reserved, 85 B free.',
      'Pool of "Choir": 10 B of 100 B used, 5 B reserved, 85 B free.',
      'Library "Thesis": 10 B of 50 B used, 40 B free.',
    ]);
  });

  test('[W13] an error is one line on stderr with problem, sentence and exit code', async () => {
    const failsWith: Problem = { reason: 'unreachable', url: 'http://x', detail: 'connection refused' };
    const { out, err } = await run(['quota', '--json'], { failsWith });
    expect(out).toBe('');
    const { schema, problem, sentence, exitCode } = JSON.parse(err);
    expect(schema).toBe(1);
    expect(problem).toEqual(failsWith);
    expect(sentence).toContain('connection refused');
    expect(exitCode).toBe(1);
  });

  test('so is a mistake in the command line', async () => {
    const { err } = await run(['folder', 'add', '--json']);
    expect(JSON.parse(err)).toMatchObject({ problem: { reason: 'usage' }, exitCode: 2 });
  });

  test('status says whether an engine runs', async () => {
    const { out } = await run(['status', '--json'], { status: { session: signedIn } });
    expect(JSON.parse(out)).toMatchObject({ engineRunning: false, session: { is: 'signedIn' }, roots: [] });
  });
});

test('data goes to stdout, messages to stderr', async () => {
  const { out, err } = await run(['login', 'https://files.example.org', '--email', 'A@B'], {
    secret: 'geheim',
  });
  expect(out).not.toBe('');
  expect(err).toMatch(/folder add/);
  expect(out + err).not.toContain('geheim');
});

test('paths are made absolute before the engine sees them', async () => {
  const { calls } = await run(['folder', 'pause', 'sub/../Photos']);
  expect(calls).toEqual(['pause /work/Photos null']);
  expect((await run(['folder', 'resume'])).calls).toEqual(['resume all']);
});

test('a batch that could be undone but in part ends with 3, and says why', async () => {
  const libraryId = '3fa2c100-0000-4000-8000-000000000001' as LibraryId;
  const library = {
    ...{ libraryId, name: 'L', ownerEmail: 'a@b', role: 'owner' as const },
    headSeq: 9,
    createdAtMs: 0,
  };
  const asked: (number | null)[] = [];
  const server: Partial<AccountServer> = {
    libraries: async () => [library],
    undoBatch: async (_library, _firstSeq, beforeSeq) => {
      asked.push(beforeSeq);
      const entryId = libraryId as string as EntryId;
      const notUndone = [{ entryId, path: 'docs/a', reason: 'changed' as const }];
      return beforeSeq === null
        ? { headSeq: 9, undone: 2, notUndone, nextBeforeSeq: 5 }
        : { headSeq: 9, undone: 1, notUndone: [], nextBeforeSeq: null };
    },
  };
  const { exitCode, out } = await run(['batches', 'undo', '3fa2c1-4'], { server });
  expect([exitCode, asked]).toEqual([3, [null, 5]]);
  expect(out).toContain('3 operations are undone.\nNot undone: docs/a (somebody changed it since)');
  expect((await run(['batches', 'undo', '000000-4'], { server })).exitCode).toBe(1);
});

test('thresholds for deletes are set one by one, and kept otherwise', async () => {
  const { calls } = await run(['folder', 'set', 'docs', '--mass-delete-files', 'off']);
  expect(calls).toEqual(['thresholds /work/docs null 25']);
  expect((await run(['folder', 'set', 'docs'])).calls).toEqual([]);
});

test('a new password wants both lines', async () => {
  const server = { changePassword: async () => ({ otherDevicesRevoked: 2 }) };
  const args = ['password', '--password-stdin', '--json'];
  expect((await run(args, { server, secret: 'old' })).exitCode).toBe(2);
  const { out } = await run(args, { server, secret: 'old\nnew' });
  expect(JSON.parse(out)).toEqual({ schema: 1, changed: true, otherDevicesRevoked: 2 });
});

describe('ui', () => {
  const url = 'http://tidesync-1.localhost:1/enter?code=2';

  test('opens the link where there is a desktop, and prints it in any case', async () => {
    const { out, err } = await run(['ui'], { running: true, desktop: true });
    expect([out, err]).toEqual([`${url}\n`, expect.stringMatching(/^Opened/)]);
  });

  test.each([
    [['ui'], { running: true }],
    [['ui', '--no-open'], { running: true, desktop: true }],
  ])('%s without one says what to do with it', async (args, world) => {
    const { out, err } = await run(args, world);
    expect([out, err]).toEqual([`${url}\n`, expect.stringMatching(/once, within 5 minutes/)]);
  });
});

describe('the service of a user', () => {
  const effectOf = (line: string): boolean | null => {
    if (/disable|bootout|Delete/.test(line)) return false;
    return /enable --now|bootstrap|Run/.test(line) ? true : null;
  };
  /** A system whose files are in memory, and whose starter of programs does as told. */
  function system(platform: string, starter: { works: boolean }) {
    const files = new Map<string, string>();
    const ran: string[] = [];
    let runs = false;
    const answerTo = (line: string) => {
      if (/is-active|launchctl print|Query/.test(line)) return { code: runs ? 0 : 3, said: '' };
      ran.push(line);
      if (!starter.works) return { code: 1, said: 'no bus\nmore' };
      runs = effectOf(line) ?? runs;
      return { code: 0, said: '' };
    };
    const host: SystemHost = {
      ...{ platform, userHome: '/home/ada', userId: 501, nodePath: '/opt/node', programPath: '/opt/main.ts' },
      readText: async (path) => files.get(path) ?? null,
      writeText: async (path, text) => {
        if (text === null) files.delete(path);
        else files.set(path, text);
      },
      run: async (command) => answerTo(command.join(' ')),
    };
    return { host, files, ran };
  }
  const PATHS: Record<string, string> = {
    linux: '/home/ada/.config/systemd/user/tidesync.service',
    darwin: '/home/ada/Library/LaunchAgents/org.tidesync.engine.plist',
    win32: '/home\\service-task.xml',
  };

  test.each(['linux', 'darwin', 'win32'])(
    'is installed once, says what it did, and goes again: %s',
    async (platform) => {
      const world = system(platform, { works: true });
      const installed = await run(['service', 'install', '--json'], { system: world.host });
      expect(installed.exitCode).toBe(0);
      expect(JSON.parse(installed.out)).toMatchObject({ path: PATHS[platform], changed: true, failed: [] });
      expect(JSON.parse(installed.out).done[0]).toBe(`wrote ${PATHS[platform]}`);
      const before = [...world.ran];
      const again = await run(['service', 'install', '--json'], { system: world.host });
      expect(JSON.parse(again.out)).toMatchObject({ changed: false, done: [] });
      expect(world.ran).toEqual(before);
      const status = await run(['service', 'status', '--json'], { system: world.host });
      expect([status.exitCode, JSON.parse(status.out)]).toMatchObject([
        0,
        { installed: true, current: true, running: true },
      ]);
      expect((await run(['service', 'uninstall'], { system: world.host })).exitCode).toBe(0);
      expect(world.files.size).toBe(0);
      expect((await run(['service', 'uninstall', '--json'], { system: world.host })).out).toContain(
        '"changed":false',
      );
      expect((await run(['service', 'status'], { system: world.host })).exitCode).toBe(4);
    },
  );

  test('is renewed where it starts another program, and the old one is stopped first', async () => {
    const world = system('linux', { works: true });
    await run(['service', 'install'], { system: world.host });
    const moved = { ...world.host, programPath: '/opt/new/main.ts' };
    const { out } = await run(['service', 'install', '--json'], { system: moved });
    expect(JSON.parse(out).done).toEqual([
      'ran systemctl --user disable --now tidesync.service',
      `renewed ${PATHS.linux}`,
      'ran systemctl --user daemon-reload',
      'ran systemctl --user enable --now tidesync.service',
    ]);
  });

  test('where its starter does not answer the file is there all the same, and it is said so', async () => {
    const world = system('linux', { works: false });
    const { exitCode, out } = await run(['service', 'install', '--json'], { system: world.host });
    expect(exitCode).toBe(3);
    expect(JSON.parse(out).failed).toEqual([
      'systemctl --user daemon-reload: no bus',
      'systemctl --user enable --now tidesync.service: no bus',
    ]);
    expect(world.files.has(PATHS.linux ?? '')).toBe(true);
  });

  test('is refused on a system whose services are not known', async () => {
    const { exitCode, err } = await run(['service', 'install'], {
      system: system('aix', { works: true }).host,
    });
    expect([exitCode, err]).toEqual([1, expect.stringContaining('aix')]);
  });
});
