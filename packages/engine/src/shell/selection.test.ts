import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import { contentIdOf } from '../testing/memory-library.ts';
import { at, ShellBench, writeNew } from '../testing/shell-bench.ts';
import { listPath } from './list-path.ts';
import { rootStatusOf } from './root-status.ts';
import { excludeFolder, includeFolder, selectionTreeOf } from './selection.ts';
import { whyOf } from './why.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  for (const folder of ['photos', 'photos/old', 'photos/new', 'docs'])
    await bench.disk.makeFolder(at(folder));
  for (const file of ['photos/1', 'photos/old/2', 'photos/new/3', 'docs/4', 'top'])
    await bench.write(file, `text of ${file}`);
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

const root = () => ({ record: bench.record, journal: bench.journal, running: bench.root });
const status = () =>
  rootStatusOf({ record: bench.record, running: bench.root, journal: bench.journal, restsFor: null });
const here = async () => Object.keys(await bench.files()).sort();
const states = (path = '') =>
  Object.fromEntries(selectionTreeOf(root(), at(path)).folders.map((one) => [one.path, one.state]));

async function turning<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  done.catch(() => undefined);
  while (!over && !bench.isCrashed) await bench.pass(250);
  return bench.isCrashed ? (undefined as T) : done;
}
const exclude = (path: string, dryRun = false) => turning(excludeFolder(root(), { path: at(path), dryRun }));
const include = (path: string, dryRun = false) => turning(includeFolder(root(), { path: at(path), dryRun }));

const ALL = [
  'docs/',
  'docs/4',
  'photos/',
  'photos/1',
  'photos/new/',
  'photos/new/3',
  'photos/old/',
  'photos/old/2',
  'top',
];
const SERVER = [...ALL].sort();

describe('a folder is left out', () => {
  test('[E1] its files go from this device and stay on the server', async () => {
    expect(await exclude('photos', true)).toMatchObject({ is: 'preview', amount: { files: 3, folders: 2 } });
    expect(await here()).toEqual(ALL);
    const before = bench.library.headSeq;
    expect(await exclude('photos')).toMatchObject({ is: 'done', unsynced: [] });
    await bench.settle();
    expect([await here(), bench.library.headSeq]).toEqual([['docs/', 'docs/4', 'top'], before]);
    expect(bench.library.paths()).toEqual(SERVER);
    expect(status()).toMatchObject({ state: 'upToDate', waiting: 0, troubles: 0 });
  });

  test('[E1] nothing of it comes, and all else goes on, after a restart as well', async () => {
    await exclude('photos');
    await bench.settle();
    await bench.restart();
    await bench.library.make('photos/5', { text: 'five' });
    await bench.library.make('docs/6', { text: 'six' });
    await bench.library.write('photos/old/2', 'edited elsewhere');
    await bench.write('7', 'seven');
    await bench.settle();
    expect(await here()).toEqual(['7', 'docs/', 'docs/4', 'docs/6', 'top']);
    expect(bench.library.paths()).toContain('7');
    expect(status().state).toBe('upToDate');
  });

  test('[E1] its bytes leave the disk when nobody can be writing to them any more', async () => {
    await exclude('photos');
    await bench.settle();
    const leaving = async () =>
      Object.entries(await bench.everything()).filter(([path]) => /^\.tidesync\/leaving\/./.test(path));
    expect((await leaving()).map(([, text]) => text).sort()).toEqual([
      'text of photos/1',
      'text of photos/new/3',
      'text of photos/old/2',
    ]);
    await bench.pass(engineLimits.leavingMs + 10_000);
    expect(await leaving()).toEqual([]);
  });

  test('[E1] its bytes leave the disk as soon where the engine was started again meanwhile', async () => {
    await exclude('photos');
    await bench.settle();
    await bench.pass(30_000);
    await bench.restart();
    await bench.pass(engineLimits.leavingMs + 10_000);
    const left = Object.keys(await bench.everything()).filter((path) => /^\.tidesync\/leaving\/./.test(path));
    expect(left).toEqual([]);
  });

  test('[E2] what a program wrote to a file while it left comes back to be seen', async () => {
    await exclude('photos');
    await bench.settle();
    const out = Object.entries(await bench.everything()).find(([, text]) => text === 'text of photos/1');
    await bench.disk.overwrite(at(out?.[0] ?? ''), new TextEncoder().encode('written by an open program'));
    await bench.pass(engineLimits.leavingMs + 10_000);
    await bench.settle();
    expect(Object.values(await bench.files())).toContain('written by an open program');
    expect(bench.log.join()).toMatch(/wrote to a file while it left/);
  });

  test('[E1] what is in use so that nobody may move it is told, tried now and then, and goes when it may', async () => {
    let tries = 0;
    let isInUse = true;
    bench.onDisk = (operation, path) => {
      if (!isInUse || operation !== 'rename' || path !== 'photos/1') return null;
      tries++;
      return 'busy';
    };
    await exclude('photos');
    await bench.pass(20_000);
    expect(await here()).toEqual(['docs/', 'docs/4', 'photos/', 'photos/1', 'top']);
    expect(bench.journal.troubleAt(at('photos/1'))?.trouble.code).toBe('busy');
    expect(tries).toBeLessThan(8);
    isInUse = false;
    await bench.pass(60_000);
    await bench.settle();
    expect([await here(), bench.journal.troubles()]).toEqual([['docs/', 'docs/4', 'top'], []]);
  });

  test('[E2] while something in it is not on the server it is refused, and told', async () => {
    bench.library.role = 'viewer';
    await bench.settle();
    await bench.write('photos/old/2', 'edited, and nobody may know');
    await writeNew(bench.disk, 'photos/mine', 'new');
    const refused = await exclude('photos');
    expect(refused).toMatchObject({
      is: 'refused',
      unsynced: ['photos/mine', 'photos/old/2'],
      unsyncedCount: 2,
    });
    await bench.settle();
    expect(bench.journal.excludedFolders()).toEqual([]);
    expect((await bench.files())['photos/old/2']).toBe('edited, and nobody may know');
  });

  test('[E2] a delete that has not left yet holds it back as well', async () => {
    bench.library.role = 'viewer';
    await bench.settle();
    await bench.disk.unlink(at('photos/1'));
    expect(await exclude('photos')).toMatchObject({ is: 'refused', unsynced: ['photos/1'] });
  });

  test('[E2] content that the server cannot give holds it back', async () => {
    bench.library.sync.locate = async () => [];
    expect(await exclude('photos')).toMatchObject({
      is: 'refused',
      unsynced: ['photos/1', 'photos/new/3', 'photos/old/2'],
    });
    await bench.settle();
    expect(await here()).toEqual(ALL);
  });

  test('[E2] an edit in the last moment is sent first', async () => {
    let edited = false;
    bench.onDisk = async (operation, path) => {
      if (edited || operation !== 'rename' || path !== 'photos/1') return null;
      edited = true;
      await bench.saveByRename('photos/1', 'saved in the last moment');
      return null;
    };
    await exclude('photos');
    await bench.settle();
    bench.onDisk = null;
    expect(await here()).toEqual(['docs/', 'docs/4', 'top']);
    const { body } = bench.library.at('photos/1').state;
    expect(body).toMatchObject({ contentId: contentIdOf('saved in the last moment') });
  });

  test('[E3] deleting the folder around it deletes nothing that is left out', async () => {
    await exclude('photos/old');
    await bench.settle();
    for (const path of ['photos/1', 'photos/new/3']) await bench.disk.unlink(at(path));
    for (const path of ['photos/new', 'photos']) await bench.disk.removeFolder(at(path));
    await bench.settle();
    expect(bench.library.paths()).toEqual([
      'docs/',
      'docs/4',
      'photos/',
      'photos/old/',
      'photos/old/2',
      'top',
    ]);
  });

  test('[E3] so many files that go are no mass delete', async () => {
    await bench.disk.makeFolder(at('many'));
    for (let n = 0; n < 120; n++) await bench.write(`many/${n}`, `text ${n}`);
    await bench.settle();
    await exclude('many');
    await bench.settle();
    expect(status()).toMatchObject({ state: 'upToDate', heldDeletes: 0 });
    expect(bench.library.paths().filter((path) => path.startsWith('many/'))).toHaveLength(121);
  });

  test('[E4] ignored files stay, and so does their folder, which is not taken for a new one', async () => {
    await bench.write('.tidesyncignore', '*.log\n');
    await bench.write('photos/x.log', 'log');
    await bench.settle();
    await exclude('photos');
    await bench.settle();
    expect(await here()).toEqual(['.tidesyncignore', 'docs/', 'docs/4', 'photos/', 'photos/x.log', 'top']);
    expect(status()).toMatchObject({ state: 'upToDate', troubles: 0 });
    await include('photos');
    await bench.settle();
    expect(await here()).toEqual(['.tidesyncignore', ...ALL, 'photos/x.log'].sort());
  });

  test('[E4] a folder made here under its name is not mixed with it, and is told', async () => {
    await exclude('photos');
    await bench.settle();
    await bench.disk.makeFolder(at('photos'));
    await bench.write('photos/1', 'another one');
    await bench.settle();
    expect(bench.library.paths()).toEqual(SERVER);
    expect((await bench.files())['photos/1']).toBe('another one');
    expect(status().state).toBe('attention');
    expect(whyOf({ ...root(), root: bench.root, restsFor: null, path: at('photos') })).toMatchObject({
      code: 'excludedName',
    });
    await include('photos');
    await bench.settle();
    expect(Object.values(await bench.files()).sort()).toEqual(
      [
        'another one',
        '',
        '',
        '',
        '',
        ...['1', 'new/3', 'old/2'].map((p) => `text of photos/${p}`),
        'text of docs/4',
        'text of top',
      ].sort(),
    );
    expect(await bench.isSynced()).toBe(true);
  });

  test('the synced folder itself, a file and what is nowhere cannot be chosen', async () => {
    await expect(exclude('')).rejects.toMatchObject({ problem: { reason: 'notExcludable' } });
    for (const path of ['top', 'nowhere'])
      await expect(exclude(path)).rejects.toMatchObject({ problem: { reason: 'entryMissing' } });
  });
});

describe('a folder is taken in again', () => {
  test('[E6] and all of it comes back', async () => {
    await exclude('photos');
    await bench.settle();
    expect(await include('photos', true)).toMatchObject({ is: 'preview', amount: { files: 3, folders: 2 } });
    expect(bench.journal.excludedFolders()).toHaveLength(1);
    await include('photos');
    await bench.settle();
    expect([await here(), await bench.isSynced()]).toEqual([ALL, true]);
  });

  test('[E6] one in a folder that is left out comes alone, and its neighbours stay away', async () => {
    await exclude('photos');
    await bench.settle();
    await include('photos/old');
    await bench.settle();
    expect(await here()).toEqual([
      'docs/',
      'docs/4',
      'photos/',
      'photos/1',
      'photos/old/',
      'photos/old/2',
      'top',
    ]);
    expect([states(), states('photos')]).toEqual([
      { docs: 'here', photos: 'partly' },
      { 'photos/new': 'excluded', 'photos/old': 'here' },
    ]);
    await include('photos');
    await bench.settle();
    expect([await here(), states()]).toEqual([ALL, { docs: 'here', photos: 'here' }]);
  });
});

test('[E7] the tree says how much the server has in each folder, and why and ls what is left out', async () => {
  await exclude('photos/old');
  await bench.settle();
  expect(selectionTreeOf(root(), at('photos')).folders).toEqual([
    {
      path: 'photos/new',
      name: 'new',
      state: 'here',
      there: { files: 1, folders: 0, bytes: 20 },
      hasFolders: false,
    },
    {
      path: 'photos/old',
      name: 'old',
      state: 'excluded',
      there: { files: 1, folders: 0, bytes: 20 },
      hasFolders: false,
    },
  ]);
  expect(whyOf({ ...root(), root: bench.root, restsFor: null, path: at('photos/old/2') })).toMatchObject({
    code: 'excluded',
    state: 'skipped',
  });
  expect(listPath(root(), at('photos')).find(({ name }) => name === 'old')).toMatchObject({
    code: 'excluded',
    here: false,
    onServer: true,
  });
});

test('[E5] the process gone at any moment while a folder leaves: nothing is lost, and the rest goes on', async () => {
  for (let crash = 1; ; crash++) {
    await bench.stop();
    bench = await ShellBench.open();
    await bench.disk.makeFolder(at('x'));
    for (const file of ['x/1', 'x/2']) await bench.write(file, `text of ${file}`);
    bench.start();
    await bench.settle();
    bench.crashAt = bench.calls + crash;
    const excluded = await exclude('x').catch(() => undefined);
    await bench.pass(2_000);
    const wasCrashed = bench.isCrashed;
    await bench.restart();
    await bench.settle();
    expect([crash, bench.library.paths()]).toEqual([crash, ['x/', 'x/1', 'x/2']]);
    const isOut = bench.journal.excludedFolders().length > 0;
    expect([crash, await here()]).toEqual([crash, isOut ? [] : ['x/', 'x/1', 'x/2']]);
    if (!wasCrashed) {
      expect([crash > 5, excluded?.is]).toEqual([true, 'done']);
      return;
    }
  }
}, 60_000);
