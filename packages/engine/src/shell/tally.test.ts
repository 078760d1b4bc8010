import type { EntryId } from '@tidesync/shared/ids';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Triple } from '../core/entry.ts';
import type { RootJournal } from '../ports/journal.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
beforeEach(open);

async function open(): Promise<void> {
  bench = await ShellBench.open();
  for (const folder of ['x', 'y']) await bench.disk.makeFolder(at(folder));
  for (const name of ['x/a', 'x/b', 'y/c', 'd']) await bench.write(name, `text of ${name}`);
  bench.start();
  await bench.settle();
}

/** What a copy of the journal's file has of the trees. */
interface Copy {
  readonly triples: readonly (readonly [EntryId, Triple])[];
  readonly cursor: string | null;
  readonly tally: ReturnType<RootJournal['tally']>;
}

function copied({ journal }: ShellBench): Copy {
  const triples = [...journal.allIds()].map((id) => [id, journal.get(id)] as const);
  return { triples, cursor: journal.cursor(), tally: journal.tally() };
}

async function startWith(earlier: Copy): Promise<void> {
  const { journal } = bench;
  await bench.stop();
  journal.forgetTrees();
  for (const id of journal.excludedFolders()) journal.setExcluded(id, false);
  for (const [id, triple] of earlier.triples) journal.set(id, triple);
  journal.setCursor(earlier.cursor);
  if (earlier.tally !== null) journal.setTally(earlier.tally);
  bench.start();
  await bench.settle();
}

describe('[T16] a journal that is older than its folder', () => {
  test('takes nothing for deleted that was left out since', async () => {
    const earlier = copied(bench);
    const paths = bench.library.paths();
    bench.journal.setExcluded(bench.library.at('x').id, true);
    await bench.settle();
    await bench.pass(15 * 60_000);
    expect(await bench.disk.look(at('x/a'))).toBeNull();
    await startWith(earlier);
    await bench.pass(10_000);
    await bench.settle();
    expect(bench.library.paths()).toEqual(paths);
    expect(await bench.isSynced()).toBe(true);
    expect(bench.log).toContainEqual(expect.stringContaining('older than the folder'));
  });

  test('makes no second copy of what was moved and edited elsewhere since', async () => {
    const earlier = copied(bench);
    bench.library.move('x/a', 'y/a');
    await bench.settle();
    await bench.library.write('y/a', 'edited there');
    await bench.settle();
    await startWith(earlier);
    expect(await bench.files()).toEqual({
      ...{ 'x/': '', 'x/b': 'text of x/b', 'y/': '', 'y/c': 'text of y/c' },
      ...{ 'y/a': 'edited there', d: 'text of d' },
    });
    expect(await bench.isSynced()).toBe(true);
  });

  test('is told by a number that no journal has had, though the tally could not move on at first', async () => {
    await bench.write('x/new', 'new');
    bench.onDisk = (operation, path) => (operation === 'rename' && path.includes('tally-') ? 'io' : null);
    await bench.settle();
    const earlier = copied(bench);
    bench.onDisk = null;
    await bench.settle();
    await startWith(earlier);
    expect([bench.root?.halt, await bench.isSynced()]).toEqual([null, true]);
    expect(bench.log).toContainEqual(expect.stringContaining('older than the folder'));
  });

  test('brings a file back that was deleted since by its person and made again elsewhere', async () => {
    const earlier = copied(bench);
    await bench.disk.unlink(at('x/a'));
    await bench.pass(3_000);
    await bench.settle();
    expect(bench.library.paths()).not.toContain('x/a');
    await bench.stop();
    await bench.library.make('x/a', { text: 'again' });
    await startWith(earlier);
    expect((await bench.files())['x/a']).toBe('again');
  });
});

describe('a journal that knows the tally', () => {
  test('knows by a copy of the same time, too, what was deleted while no engine ran', async () => {
    const earlier = copied(bench);
    await bench.stop();
    await bench.disk.unlink(at('x/a'));
    await startWith(earlier);
    await bench.pass(3_000);
    await bench.settle();
    expect(bench.library.paths()).toEqual(['d', 'x/', 'x/b', 'y/', 'y/c']);
  });

  test('knows it after a stop before any change of a step that takes something away', async () => {
    for (let number = 1; ; number++) {
      if (number > 1) await open();
      bench.library.move('d', 'e');
      bench.crashAt = bench.calls + number;
      bench.root?.rescan();
      await bench.pass(2_000);
      const isOver = !bench.isCrashed;
      await bench.restart();
      await bench.settle();
      expect([number, bench.log.filter((line) => line.includes('older than'))]).toEqual([number, []]);
      expect([number, bench.root?.halt, await bench.isSynced()]).toEqual([number, null, true]);
      if (isOver) break;
    }
  });
});

/** Else a file counts as one of a disk with coarse times, and is read once more when it has come (S36). */
const NO_WHOLE_SECOND_MS = 123;

describe('[T17] a folder that is older than its journal', () => {
  const tallies = async () =>
    (await bench.disk.list(at('.tidesync'))).flatMap(({ shown }) =>
      shown.startsWith('tally-') ? [shown] : [],
    );

  test('is another one, whatever its marker says, and is synced again when it is the right one', async () => {
    const [copy = ''] = await tallies();
    bench.library.remove('y/c');
    await bench.settle();
    const [now = ''] = await tallies();
    expect(now).not.toBe(copy);
    // Another volume with a copy of all of it, of which no number and no time tells.
    await bench.disk.rename(at(`.tidesync/${now}`), at(`.tidesync/${copy}`));
    await bench.disk.unlink(at('x/a'));
    bench.root?.rescan();
    await bench.pass(10_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    expect(bench.library.paths()).toContain('x/a');
    await bench.restart();
    await bench.pass(10_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    await bench.disk.rename(at(`.tidesync/${copy}`), at(`.tidesync/${now}`));
    await bench.pass(10_000);
    await bench.settle();
    expect([bench.root?.halt, bench.library.paths().includes('x/a')]).toEqual([null, false]);
  });

  test.each([
    ['came from elsewhere', () => bench.library.make('x/new', { text: 'new' })],
    ['was made here', () => bench.write('x/new', 'new')],
  ])('is one from before a file %s, which nobody has deleted', async (_what, make) => {
    const [copy = ''] = await tallies();
    bench.clock.advance(NO_WHOLE_SECOND_MS);
    await make();
    await bench.settle();
    const [now = ''] = await tallies();
    await bench.disk.rename(at(`.tidesync/${now}`), at(`.tidesync/${copy}`));
    await bench.disk.unlink(at('x/new'));
    await bench.restart();
    await bench.pass(10_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    expect(bench.library.paths()).toContain('x/new');
  });

  test('is one from before an edit that came from elsewhere, which its old bytes would undo', async () => {
    const [copy = ''] = await tallies();
    bench.clock.advance(NO_WHOLE_SECOND_MS);
    await bench.library.write('x/a', 'edited there');
    await bench.settle();
    const [now = ''] = await tallies();
    expect(now).not.toBe(copy);
  });

  test.each([
    ['', () => undefined],
    [', and something was moved', () => bench.library.move('d', 'e')],
  ])('is one from before a file that came just before the engine was killed%s', async (_what, move) => {
    bench.clock.advance(NO_WHOLE_SECOND_MS);
    await bench.library.make('x/new', { text: 'new' });
    move();
    const { id } = bench.library.at('x/new');
    bench.onDisk = () => {
      if (bench.journal.get(id).base !== null) bench.crashAt = bench.calls + 1;
      return null;
    };
    await bench.settle();
    bench.onDisk = null;
    expect(bench.isCrashed).toBe(true);
    const [copy = ''] = await tallies();
    await bench.restart();
    await bench.settle();
    const [now = ''] = await tallies();
    expect(now).not.toBe(copy);
  });

  test('is one without any tally, and one that cannot tell', async () => {
    const [now = ''] = await tallies();
    await bench.disk.rename(at(`.tidesync/${now}`), at('.tidesync/kept'));
    bench.root?.rescan();
    await bench.pass(5_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    await bench.disk.rename(at('.tidesync/kept'), at(`.tidesync/${now}`));
    bench.onDisk = (operation, path) => (operation === 'look' && path.includes('tally-') ? 'io' : null);
    await bench.pass(5_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    bench.onDisk = null;
    await bench.pass(5_000);
    expect(bench.root?.halt).toBeNull();
  });
});

test('[T17] no tally is begun in a folder that has just come in the place of the root', async () => {
  const one = await ShellBench.open();
  await one.write('mine', 'text');
  let isSwapped = false;
  one.onDisk = (operation, path) => {
    if (operation === 'look' && path === '.tidesync' && !isSwapped) {
      isSwapped = true;
      one.disk.unmount('emptyFolder');
    }
    return null;
  };
  one.start();
  await one.settle();
  expect([isSwapped, one.journal.tally(), one.library.paths()]).toEqual([true, null, []]);
  one.disk.remount();
  await one.pass(60_000);
  await one.settle();
  expect([one.root?.halt, one.library.paths(), await one.isSynced()]).toEqual([null, ['mine'], true]);
  await one.stop();
});
