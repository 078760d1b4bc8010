import { fail } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  bench.start();
  await bench.settle();
  await bench.library.make('old', { text: 'old' });
  await bench.settle();
});
afterEach(() => bench.stop());

/** All goes that was not synced, `deleted` goes by somebody's hand, and the engine starts with the computer. */
async function losePower(deleted?: string): Promise<void> {
  bench.cutPower('ordered', () => 0);
  if (deleted !== undefined) await bench.disk.unlink(at(deleted));
  await bench.restart();
}

/** Of files and folders there, what is in them: a name may have reached the disk without its bytes. */
async function textsLeft(): Promise<string[]> {
  return Object.values(await bench.files()).filter((text) => text !== '');
}

/** Until any absence would have been proved, and any delete sent. */
async function afterwards(): Promise<void> {
  await bench.settle();
  await bench.pass(3_000);
  await bench.settle();
}

describe('[S58] what a power cut takes from the disk', () => {
  test('just after it was sent, comes back from the server, and is no delete', async () => {
    await bench.disk.makeFolder(at('trip'));
    await bench.write('trip/note', 'written');
    await bench.saveByRename('saved', 'by rename');
    await bench.settle();
    const seq = bench.library.headSeq;
    await losePower();
    expect(await textsLeft()).toEqual(['old']);
    await afterwards();
    const all = { old: 'old', 'trip/': '', 'trip/note': 'written', saved: 'by rename' };
    expect(await bench.files()).toEqual(all);
    expect(bench.library.headSeq).toBe(seq);
    expect(await bench.isSynced()).toBe(true);
    const told = bench.journal.activity(20).filter(({ kind }) => kind === 'broughtBack');
    expect(told.map(({ path }) => path)).toEqual(expect.arrayContaining(['saved', 'trip/note']));
    // It is on the disk for good now, and whatever is deleted from here on is.
    await losePower();
    expect(await bench.files()).toEqual(all);
    await bench.disk.unlink(at('saved'));
    await afterwards();
    expect(bench.library.paths()).toEqual(['old', 'trip/', 'trip/note']);
  });

  test('but for its name, comes back as well, without a conflict copy', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    await bench.disk.syncFolder(at(''));
    await losePower();
    expect(await bench.files()).toEqual({ new: '', old: 'old' });
    await afterwards();
    expect(await bench.files()).toEqual({ new: 'text', old: 'old' });
    expect([bench.library.paths(), await bench.isSynced()]).toEqual([['new', 'old'], true]);
  });

  test('but for its name, comes back under the one that it was given before the engine was there again', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    await bench.disk.syncFolder(at(''));
    bench.cutPower('ordered', () => 0);
    await bench.disk.rename(at('new'), at('moved'));
    await bench.restart();
    await afterwards();
    expect([await bench.files(), await bench.isSynced()]).toEqual([{ moved: 'text', old: 'old' }, true]);
  });

  test('while its commit was on the way, comes back as well', async () => {
    await bench.write('new', 'text');
    const { commit } = bench.library.sync;
    bench.library.sync.commit = async (input) => {
      await commit(input);
      return new Promise(() => undefined);
    };
    bench.root?.rescan();
    await bench.pass(5_000);
    expect([bench.library.paths(), bench.journal.sent() === null]).toEqual([['new', 'old'], false]);
    bench.library.sync.commit = commit;
    await losePower();
    expect(await textsLeft()).toEqual(['old']);
    await afterwards();
    expect(await bench.files()).toEqual({ new: 'text', old: 'old' });
    expect(await bench.isSynced()).toBe(true);
  });

  test.each([
    ['was made', null],
    ['was edited', 'as it was'],
  ])('but for its name, while the commit was on the way by which it %s', async (_what, before) => {
    if (before !== null) {
      await bench.write('new', before);
      await bench.settle();
    }
    const { commit } = bench.library.sync;
    bench.library.sync.commit = async (input) => {
      await commit(input);
      return new Promise(() => undefined);
    };
    await bench.write('new', 'text');
    bench.root?.rescan();
    await bench.pass(5_000);
    expect(bench.journal.sent()).not.toBeNull();
    bench.library.sync.commit = commit;
    await bench.disk.syncFolder(at(''));
    bench.cutPower('ordered', () => 0);
    await bench.disk.overwrite(at('new'), new Uint8Array(0));
    await bench.restart();
    await afterwards();
    expect(await bench.files()).toEqual({ new: 'text', old: 'old' });
    expect(await bench.isSynced()).toBe(true);
  });

  test('though the server is away when the engine starts', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    const { libraries, changes } = bench.library.sync;
    const away = () => fail({ reason: 'unreachable', url: 'nowhere', detail: 'away' });
    Object.assign(bench.library.sync, { libraries: away, changes: away });
    await losePower();
    await bench.pass(10_000);
    expect([bench.root?.offline?.problem.reason, await textsLeft()]).toEqual(['unreachable', ['old']]);
    Object.assign(bench.library.sync, { libraries, changes });
    await afterwards();
    expect(await bench.files()).toEqual({ new: 'text', old: 'old' });
  });

  test('though the engine is killed at any moment after its start', async () => {
    for (let number = 1, isOver = false; !isOver; number++) {
      await bench.write('new', `text ${number}`);
      await bench.settle();
      await losePower();
      bench.crashAt = bench.calls + number;
      await bench.pass(3_000);
      isOver = !bench.isCrashed;
      await bench.restart();
      await afterwards();
      expect([number, await bench.files()]).toEqual([number, { new: `text ${number}`, old: 'old' }]);
      expect([number, await bench.isSynced()]).toEqual([number, true]);
      await bench.disk.unlink(at('new'));
      await bench.disk.syncFolder(at(''));
      await afterwards();
    }
  });

  test('in a folder that cannot be listed afterwards, comes back when it can', async () => {
    await bench.library.make('shut', 'folder');
    await bench.settle();
    await bench.write('shut/new', 'text');
    await bench.settle();
    bench.onDisk = (operation, path) => (operation === 'list' && path === 'shut' ? 'denied' : null);
    await losePower();
    await afterwards();
    expect(bench.library.paths()).toContain('shut/new');
    bench.onDisk = null;
    await afterwards();
    expect((await bench.files())['shut/new']).toBe('text');
  });

  test('is nobody else: what merged by name, a folder with what was in it, and what was moved', async () => {
    await bench.library.make('inside', 'folder');
    await bench.library.make('inside/deep', { text: 'deep' });
    await bench.settle();
    await bench.stop();
    await bench.library.make('same', { text: 'same' });
    await bench.write('same', 'same');
    bench.start();
    await bench.settle();
    await bench.disk.rename(at('inside'), at('elsewhere'));
    await bench.disk.rename(at('old'), at('renamed'));
    await bench.settle();
    const entries = bench.library.live().length;
    await losePower();
    await afterwards();
    // Whether or not the power has undone the moves, nothing is there twice.
    expect(await textsLeft()).toEqual(expect.arrayContaining(['deep', 'old', 'same']));
    expect(Object.keys(await bench.files())).toHaveLength(4);
    expect(bench.library.live()).toHaveLength(entries);
    expect(await bench.isSynced()).toBe(true);
  });
});

describe('[S58] a delete stays one', () => {
  test('of what the system has written back long ago', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    await bench.pass(engineLimits.youngMs + 1_000);
    await bench.settle();
    await losePower('new');
    await afterwards();
    expect(bench.library.paths()).toEqual(['old']);
  });

  test('that was made while no engine ran, in the same boot', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    await bench.stop();
    await bench.disk.unlink(at('new'));
    bench.start();
    await afterwards();
    expect(bench.library.paths()).toEqual(['old']);
  });

  test('that was proved before the power went', async () => {
    await bench.write('new', 'text');
    await bench.settle();
    bench.journal.setDeleteThresholds({ files: 1, percent: null });
    await bench.disk.unlink(at('new'));
    await bench.disk.syncFolder(at(''));
    await bench.settle();
    await bench.pass(3_000);
    await bench.settle();
    const held = bench.root?.batches.held?.ids;
    expect(held).toHaveLength(1);
    await losePower();
    await afterwards();
    expect([bench.root?.batches.held?.ids, await bench.files()]).toEqual([held, { old: 'old' }]);
  });
});
