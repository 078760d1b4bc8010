import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Finished } from './cli-process.ts';
import { startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { SERVER } from './support/server-process.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { OWNER, sameTrees, settleAll } from './support/world.ts';

const ROUNDS = 5;
const KILLS = 4;
/** How long after the first sign of work a program is killed at the latest. */
const KILL_WITHIN_MS = 400;

const world = useWorldOfOneServer();
let [ada, bob] = [] as unknown as [Device, Device];
let [here, there] = ['', ''];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
  [here, there] = await world.share(ada, bob);
  for (let round = 0; round < ROUNDS; round++) {
    await mkdir(path.join(here, `Ordner ${round}`));
    for (let file = 0; file < 3; file++) {
      await writeFile(
        path.join(here, `Ordner ${round}`, `${file}.txt`),
        `text ${round} ${file}\n`.repeat(99),
      );
    }
    await ada.settle();
  }
  await rm(path.join(here, 'Ordner 0'), { recursive: true });
  await settleAll(ada, bob);
  await sameTrees([here, there]);
}, 240_000);

const serverCommand = (...args: string[]) => startProgram(SERVER, args, { home: world.server.home });
const finished = (...args: string[]): Promise<Finished> => serverCommand(...args).finished;

/** Runs a command that is killed a few times at random moments after a sign of its work, then lets it finish. */
async function throughKills(sign: string, args: readonly string[]): Promise<Finished> {
  for (let kills = 0; kills < KILLS; kills++) {
    const running = serverCommand(...args);
    const ended = running.finished.then(() => true);
    await until('it works', () => existsSync(sign) || running.child.exitCode !== null);
    await Promise.race([pause(randomInt(KILL_WITHIN_MS)), ended]);
    running.child.kill('SIGKILL');
    const { exitCode, err } = await running.finished;
    // It was faster than we, or was killed in the moment between its last step and its end.
    if (exitCode === 0 || err.includes('it holds a finished export')) break;
    expect([exitCode, err]).toEqual([null, expect.anything()]);
  }
  return finished(...args);
}

test('[X3] a server moves through a folder, killed again and again, and its devices do not notice', {
  timeout: 300_000,
}, async () => {
  const { dataDir } = world.server;
  const folder = path.join(world.top, 'export');
  const running = await finished('export', folder, '--data', dataDir);
  expect([running.exitCode, running.err]).toEqual([1, expect.stringContaining('is using the data folder')]);

  await ada.stop();
  await bob.stop();
  await world.server.stop();
  await writeFile(path.join(here, 'written offline.txt'), 'by ada, while the server moved');
  await appendFile(path.join(here, 'Ordner 1', '0.txt'), 'more of ada');
  await appendFile(path.join(there, 'Ordner 2', '1.txt'), 'more of bob');
  const { objects: before } = await world.server.stored();

  await throughKills(path.join(folder, 'unfinished.json'), ['export', folder, '--data', dataDir]);
  expect(existsSync(path.join(folder, 'manifest.json'))).toBe(true);
  await rename(dataDir, `${dataDir}.old`);
  const into = ['import', folder, '--data', dataDir];
  const first = serverCommand(...into);
  await until('the import has begun', () => existsSync(path.join(dataDir, 'objects')));
  first.child.kill('SIGKILL');
  await first.finished;
  const imported = await throughKills(path.join(dataDir, 'objects'), into);
  expect([imported.exitCode, imported.out]).toEqual([0, expect.stringContaining('has moved')]);

  await world.server.start();
  await ada.start();
  await bob.run('logout');
  await bob.login(world.server.url.replace('127.0.0.1', 'localhost'), OWNER);
  await bob.start();
  await settleAll(ada, bob);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].filter((name) => name.includes('conflict'))).toEqual([]);
  expect([...tree.keys()]).toContain('written offline.txt');
  // What was edited offline, and nothing else, was sent.
  expect((await world.server.stored()).objects - before).toBeLessThanOrEqual(3);
  const recounted = await finished(
    'export',
    path.join(world.top, 'again'),
    '--data',
    `${dataDir}.old`,
    '--json',
  );
  expect(JSON.parse(recounted.out)).toMatchObject({ scope: 'everything', damaged: [] });
});

test('a server does not start on half an import, and says what to do', async () => {
  await world.server.stop();
  const target = path.join(world.top, 'half');
  const settings = path.join(world.top, 'target.env');
  await writeFile(settings, `TIDESYNC_DATA=${target}\nSTORAGE_BACKEND=local\n`);
  const move = ['export', '--data', world.server.dataDir, '--to-env', settings];
  const begun = serverCommand(...move);
  await until('the move has begun', () => existsSync(path.join(target, 'objects')));
  begun.child.kill('SIGINT');
  const stopped = await begun.finished;
  if (stopped.exitCode !== 0) {
    expect([stopped.exitCode, stopped.err]).toEqual([1, expect.stringContaining('the same command goes on')]);
    const refused = await finished('start', '--data', target, '--port', '0');
    expect([refused.exitCode, refused.err]).toEqual([1, expect.stringContaining('has not finished')]);
    const again = await finished(...move);
    expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining('Everything has moved')]);
  }
  await world.server.start();
});

test('wrong use is exit code 2', async () => {
  const folder = path.join(world.top, 'nothing');
  const ends = await Promise.all([
    finished('export'),
    finished('export', folder, '--to-env', 'x.env'),
    finished('export', '--to-env', path.join(world.top, 'no such.env')),
    finished('export', folder, '--owner', 'ada@example.org'),
    finished('import', folder, '--name', 'x'),
    finished('import', folder, '--owner', 'nobody'),
  ]);
  expect(ends.map((end) => end.exitCode)).toEqual([2, 2, 2, 2, 2, 2]);
  const missing = await finished('import', folder, '--data', path.join(world.top, 'empty'));
  expect([missing.exitCode, missing.err]).toEqual([1, expect.stringContaining('no finished export')]);
});
