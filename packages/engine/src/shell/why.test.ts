import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { parentPath } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import { NOWHERE } from '../core/entry.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { listPath } from './list-path.ts';
import { rootStatusOf } from './root-status.ts';
import { whyOf } from './why.ts';

let bench: ShellBench;
async function open(files: readonly string[]): Promise<void> {
  bench = await ShellBench.open();
  for (const folder of ['x', 'x/deep']) await bench.disk.makeFolder(at(folder));
  for (const name of files) await bench.write(name, name);
  bench.start();
  await bench.settle();
}
afterEach(() => bench.stop());

const called = (name: string) => ({ name: name as EntryName, localName: name as EntryName });
const UNUSED = ['1', '2'].map((one) => `${one.repeat(8)}-0000-4000-8000-000000000000`) as [EntryId, EntryId];
const NEVER = { sinceMs: 0, tries: 1, nextTryMs: null };
const shown = () => ({ record: bench.record, running: bench.root, journal: bench.journal, restsFor: null });
const why = (path: string) => whyOf({ ...shown(), root: bench.root, path: at(path) });
const listed = (path: string) => listPath(shown(), parentPath(at(path))).find((one) => one.path === path);
async function pullSoon(): Promise<void> {
  bench.root?.ring();
  await bench.pass(3_000);
}

describe('[T19] what lies below a folder that is in trouble', () => {
  const answer = { code: 'folderAbove', state: 'waiting' };
  const deny = async () => {
    bench.disk.person.deny(at('x'), true);
    await bench.settle();
  };

  test('says so, new or known, and names the folder and the cure', async () => {
    await open(['x/a', 'x/deep/b', 'c']);
    await deny();
    await bench.library.write('x/deep/b', 'edited there');
    await bench.library.make('x/deep/new', { text: 'new there' });
    await pullSoon();
    for (const path of ['x/a', 'x/deep/b', 'x/deep/new', 'x/unknown']) {
      expect(why(path)).toMatchObject({
        ...{ ...answer, path },
        sentence: `"${path}" waits for its folder: "x" cannot be read: permission is missing.`,
        remedy: 'Give your user permission to read it; it is then synced by itself.',
      });
    }
    for (const path of ['x/a', 'x/deep/b', 'x/deep/new']) expect(listed(path)).toMatchObject(answer);
    expect([why('x').code, why('c').code]).toEqual(['unreadable', 'synced']);
  });

  test('or has its own reason, where it has one', async () => {
    await open(['x/a', '.tidesyncignore']);
    await bench.write('.tidesyncignore', '*.tmp\n');
    await deny();
    expect(why('x/one.tmp').code).toBe('ignored');
  });

  test('but not below one that only has no place here: what is synced is synced', async () => {
    await open(['x/a']);
    bench.journal.putTrouble({ ...NEVER, path: at('x'), trouble: { code: 'unwritable' } });
    expect(why('x/a').code).toBe('synced');
    expect(listed('x/a')?.code).toBe('synced');
  });
});

describe('[T19] what is kept by something else', () => {
  test('a path of the server, of a file that lies elsewhere here and cannot go there', async () => {
    await open(['a', 'x/b']);
    bench.onDisk = (operation, path) => (operation === 'rename' && path === 'x/b' ? 'busy' : null);
    bench.library.move('x/b', 'moved');
    bench.library.move('a', 'x/a');
    await pullSoon();
    expect(why('moved')).toMatchObject({ code: 'busy', sentence: '"x/b" is held by another program.' });
    expect(listed('moved')?.code).toBe('busy');
    expect(why('x/a').code).toBe('synced');
  });

  test('a folder that is to be here for something in it, which cannot come', async () => {
    await open(['x/a']);
    await bench.library.make('y', 'folder');
    await bench.library.make('y/deep', 'folder');
    await bench.library.make('y/deep/file', { text: 'cannot come' });
    bench.onDisk = (operation, path) => (operation === 'makeFolder' && path === 'y/deep' ? 'denied' : null);
    await pullSoon();
    expect(why('y').code).toBe('synced');
    expect(why('y/deep').code).toBe('unwritable');
    const told = { path: at('y/deep/file'), trouble: { code: 'busy' } } as const;
    bench.journal.clearTrouble(at('y/deep'));
    bench.journal.putTrouble({ ...NEVER, ...told });
    expect(why('y/deep')).toMatchObject({
      ...{ code: 'awaitsContents', state: 'waiting' },
      sentence: '"y/deep" waits for what belongs in it: "y/deep/file" is held by another program.',
      remedy: 'Close the program that uses it; this is tried again by itself.',
    });
    expect(listed('y/deep')?.code).toBe('awaitsContents');
  });

  test('what is to have a place that something else has still, there or here', async () => {
    await open(['a.txt', 'Y']);
    const { journal } = bench;
    const [movedId, coming] = [bench.library.at('a.txt').id, bench.library.at('Y').id];
    const moved = journal.get(movedId);
    const held = journal.get(coming);
    if (moved.local.is !== 'present' || held.remote.is !== 'present') throw new Error('they are there');
    // Called otherwise here, which the server refuses; something new has its name here.
    journal.set(movedId, { ...moved, local: { ...moved.local, ...called('b.odd') } });
    journal.set(UNUSED[0], { ...NOWHERE, local: moved.local });
    journal.putTrouble({ ...NEVER, path: at('b.odd'), trouble: { code: 'typeRefused', allowed: ['txt'] } });
    expect(why('a.txt')).toMatchObject({
      code: 'awaitsPlace',
      sentence:
        '"a.txt" waits for its place, which "b.odd" has still: The server takes no files like "b.odd", only names ' +
        'that end in .txt.',
    });
    // The server has something of the same name, as some disks tell names apart.
    journal.set(UNUSED[1], { ...NOWHERE, remote: { ...held.remote, name: 'y' as EntryName } });
    expect(why('y').code).toBe('waiting');
    journal.putTrouble({ ...NEVER, path: at('Y'), trouble: { code: 'otherVolume' } });
    expect(why('y')).toMatchObject({ code: 'awaitsPlace', remedy: why('Y').remedy });
  });

  test('everything, where our own folder cannot be written: one trouble, however often it is tried', async () => {
    await open(['x/a']);
    await bench.stop();
    bench.disk.isReadOnly = true;
    bench.start();
    await bench.pass(60_000);
    expect(bench.journal.troubles().map(({ path, trouble }) => [path, trouble.code])).toEqual([
      ['.tidesync', 'unwritable'],
    ]);
    expect(rootStatusOf(shown()).state).toBe('attention');
    expect(why('new')).toMatchObject({
      code: 'folderAbove',
      sentence:
        '"new" waits for its folder: ".tidesync" cannot be written: permission is missing or the volume is read-only.',
    });
    expect(why('x/a').code).toBe('synced');
    bench.disk.isReadOnly = false;
    await bench.settle();
    expect(bench.journal.troubles()).toEqual([]);
    expect(why('new').code).toBe('notFound');
  });
});
