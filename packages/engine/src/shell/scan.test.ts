import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin } from '@tidesync/shared/names';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListedNode } from '../ports/disk.ts';
import type { Watcher, WatchHint } from '../ports/watcher.ts';
import { replaced } from '../testing/around.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
const onServer = () => bench.library.paths();
const idOf = (path: string) => bench.library.at(path).id;
const headSeq = () => bench.library.headSeq;

beforeEach(async () => {
  bench = await ShellBench.open();
  for (const folder of ['x', 'y']) await bench.disk.makeFolder(at(folder));
  await bench.write('x/a', 'text of a');
  await bench.write('b', 'text of b');
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

/** Listings show a node otherwise. */
function show(path: string, as: (node: ListedNode) => ListedNode): void {
  bench.onList = (folder, nodes) =>
    nodes.map((one) => ((folder === '' ? one.shown : `${folder}/${one.shown}`) === path ? as(one) : one));
}

/** Starts the root with a watcher that says what a test tells it to. */
function hinting(bench: ShellBench): (folder: string) => void {
  let tell: ((hint: WatchHint) => void) | null = null;
  const watch: Watcher['watch'] = async (_folder, onHint) => {
    tell = onHint;
    return { close: async () => undefined };
  };
  bench.start({ ...bench.parts(), watcher: { watch } });
  return (folder) => tell?.({ is: 'folder', folder: at(folder) });
}

test('a look that finds nothing new sets nothing', async () => {
  await bench.stop();
  const parts = bench.parts();
  const sets: string[] = [];
  const journal = replaced(parts.journal, {
    set(id, triple) {
      sets.push(id);
      parts.journal.set(id, triple);
    },
  });
  bench.start({ ...parts, journal });
  await bench.settle();
  expect(sets).toEqual([]);
  await bench.write('x/a', 'another text');
  await bench.settle();
  expect([...new Set(sets)]).toEqual([idOf('x/a')]);
  expect(await bench.isSynced()).toBe(true);
});

describe('what is one entry, and what another', () => {
  test('[S7] a move between folders keeps the entry, by inode and birth time', async () => {
    const id = idOf('x/a');
    await bench.disk.rename(at('x/a'), at('y/c'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'y/', 'y/c']);
    expect(idOf('y/c')).toBe(id);
  });

  test('[S7] a folder that was moved keeps its entry, and all that is in it', async () => {
    const [folder, file] = [idOf('x'), idOf('x/a')];
    await bench.disk.rename(at('x'), at('y/z'));
    await bench.settle();
    expect([idOf('y/z'), idOf('y/z/a')]).toEqual([folder, file]);
  });

  test('[S7] a folder that was put into a new one of its old name lies there, not in itself', async () => {
    await bench.disk.rename(at('x'), at('z'));
    await bench.disk.makeFolder(at('x'));
    await bench.disk.rename(at('z'), at('x/z'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/z/', 'x/z/a', 'y/']);
    expect(await bench.isSynced()).toBe(true);
  });

  test('[S7] a folder that takes the place of another one is looked into: what came with it is not gone', async () => {
    await bench.disk.makeFolder(at('x/y'));
    await bench.settle();
    const id = idOf('x/a');
    await bench.disk.rename(at('x'), at('z'));
    await bench.disk.makeFolder(at('x'));
    await bench.disk.rename(at('z'), at('x/y'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/y/', 'x/y/a', 'x/y/y/', 'y/']);
    expect(idOf('x/y/a')).toBe(id);
  });

  test.each([
    ['everything is looked at', false],
    ['only the folders are looked at that were hinted', true],
  ])('[S41] a folder under the name of one that was moved is another one: %s', async (_how, hinted) => {
    await bench.stop();
    const hint = hinting(bench);
    await bench.settle();
    const [folder, file] = [idOf('x'), idOf('x/a')];
    await bench.disk.rename(at('x'), at('y/x'));
    await bench.disk.makeFolder(at('x'));
    await bench.write('x/new', 'new');
    for (const name of ['x', 'y', '']) if (hinted) hint(name);
    await (hinted ? bench.pass(5_000) : bench.settle());
    expect(onServer()).toEqual(['b', 'x/', 'x/new', 'y/', 'y/x/', 'y/x/a']);
    expect([idOf('y/x'), idOf('y/x/a')]).toEqual([folder, file]);
  });

  test('[S43] a folder that was moved here is looked into: what was hinted in it had its old path', async () => {
    await bench.stop();
    const hint = hinting(bench);
    await bench.settle();
    bench.library.move('x', 'z');
    bench.onDisk = async (operation, path) => {
      if (operation !== 'rename' || path !== 'x') return null;
      await bench.write('x/new', 'new');
      hint('x');
      return null;
    };
    bench.root?.ring();
    await bench.pass(5_000);
    expect(onServer()).toEqual(['b', 'y/', 'z/', 'z/a', 'z/new']);
  });

  test('[S21] an inode that is used again by a file born later is a new entry', async () => {
    const id = idOf('b');
    await bench.disk.unlink(at('b'));
    await bench.write('y/new', 'new');
    const old = bench.journal.get(id).base?.stamp;
    show('y/new', (one) => ({
      ...one,
      node: { ...one.node, stamp: { ...one.node.stamp, inode: old?.inode ?? '' } },
    }));
    await bench.settle();
    expect(onServer()).toEqual(['x/', 'x/a', 'y/', 'y/new']);
    expect(idOf('y/new')).not.toBe(id);
  });

  test('[S5] a hard link is a file of its own; the first name stays what it was', async () => {
    const id = idOf('b');
    await bench.disk.link(at('b'), at('y/b'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/', 'y/b']);
    expect(idOf('b')).toBe(id);
    await bench.disk.unlink(at('b'));
    await bench.settle();
    expect(onServer()).toEqual(['x/', 'x/a', 'y/', 'y/b']);
  });

  test.each([
    ['into another folder', 'y/c'],
    ['to another name in its folder', 'c'],
  ])(
    '[T14] a move %s that was cut short between its two names is finished, and nothing is uploaded',
    async (_, to) => {
      bench.library.move('b', to);
      const before = headSeq();
      bench.onDisk = (operation, path) => {
        if (operation === 'link' && path === 'b') bench.crashAt = bench.calls + 1;
        return null;
      };
      await bench.settle();
      expect(await bench.files()).toMatchObject({ b: 'text of b', [to]: 'text of b' });
      bench.onDisk = null;
      await bench.restart();
      await bench.settle();
      expect(await bench.files()).toEqual({ 'x/': '', 'x/a': 'text of a', 'y/': '', [to]: 'text of b' });
      expect(headSeq()).toBe(before);
    },
  );

  test('[T14] of two files that change names, and a stop as the first leaves its own: no third stays', async () => {
    bench.library.move('b', 'between');
    bench.library.move('x/a', 'b');
    bench.library.move('between', 'x/a');
    const before = headSeq();
    bench.onDisk = (operation) => {
      if (operation === 'link') bench.crashAt = bench.calls + 1;
      return null;
    };
    await bench.settle();
    const between = Object.keys(await bench.files()).filter((name) => name.startsWith('.tidesync-moving-'));
    expect(between).toHaveLength(1);
    bench.onDisk = null;
    await bench.restart();
    await bench.settle();
    expect(await bench.files()).toEqual({ 'x/': '', 'x/a': 'text of b', 'y/': '', b: 'text of a' });
    expect(headSeq()).toBe(before);
  });

  test('[T14] nor does it stay out of the way if the names are changed back before the next start', async () => {
    const swapThere = () => {
      bench.library.move('b', 'between');
      bench.library.move('x/a', 'b');
      bench.library.move('between', 'x/a');
    };
    swapThere();
    bench.onDisk = (operation, path) => {
      if (operation === 'unlink' && path.startsWith('.tidesync/aside/')) bench.crashAt = bench.calls + 1;
      return null;
    };
    await bench.settle();
    expect(
      Object.keys(await bench.files()).filter((name) => name.startsWith('.tidesync-moving-')),
    ).toHaveLength(1);
    bench.onDisk = null;
    swapThere();
    const before = headSeq();
    await bench.restart();
    await bench.settle();
    expect(await bench.files()).toEqual({ 'x/': '', 'x/a': 'text of a', 'y/': '', b: 'text of b' });
    expect(headSeq()).toBe(before);
  });

  test('[S21] a file that became a folder is one entry gone and another one made', async () => {
    const id = idOf('b');
    await bench.disk.unlink(at('b'));
    await bench.disk.makeFolder(at('b'));
    await bench.settle();
    expect(onServer()).toEqual(['b/', 'x/', 'x/a', 'y/']);
    expect(idOf('b')).not.toBe(id);
  });

  test('[S2] a file that was deleted and made again with the same bytes is the same', async () => {
    const [id, before] = [idOf('b'), headSeq()];
    await bench.disk.unlink(at('b'));
    await bench.pass(250);
    await bench.write('b', 'text of b');
    await bench.settle();
    expect(idOf('b')).toBe(id);
    expect(bench.library.at('b').state.versions.contentSeq).toBeLessThanOrEqual(before);
  });

  test('two files that change names keep their bytes', async () => {
    await bench.disk.rename(at('b'), at('other'));
    await bench.disk.rename(at('x/a'), at('b'));
    await bench.disk.rename(at('other'), at('x/a'));
    await bench.settle();
    expect(await bench.files()).toMatchObject({ b: 'text of a', 'x/a': 'text of b' });
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
  });
});

describe('what cannot be seen', () => {
  test.each(['denied', 'io'] as const)(
    '[S15] in a folder that cannot be listed (%s) is not gone',
    async (fault) => {
      bench.onDisk = (operation, path) => (operation === 'list' && path === 'x' ? fault : null);
      await bench.pass(3_000);
      await bench.settle();
      expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
      expect(bench.journal.troubleAt(at('x'))).not.toBeNull();
      bench.onDisk = null;
      await bench.settle();
      expect(bench.journal.troubles()).toEqual([]);
    },
  );

  test.each(['denied', 'io'] as const)(
    '[S41] (%s) is no place that anything is at still that is seen elsewhere under its only name',
    async (fault) => {
      await bench.disk.makeFolder(at('x/folder'));
      await bench.write('x/folder/in it', 'text in it');
      await bench.settle();
      const ids = ['x/a', 'x/folder', 'x/folder/in it'].map(idOf);
      await bench.disk.rename(at('x/a'), at('y/a'));
      await bench.disk.rename(at('x/folder'), at('y/folder'));
      bench.onDisk = (operation, path) =>
        ['list', 'look'].includes(operation) && isWithin(path, at('x')) ? fault : null;
      await bench.pass(3_000);
      await bench.settle();
      expect(onServer()).toEqual(['b', 'x/', 'y/', 'y/a', 'y/folder/', 'y/folder/in it']);
      expect(['y/a', 'y/folder', 'y/folder/in it'].map(idOf)).toEqual(ids);
      bench.onDisk = null;
      await bench.settle();
      expect(['y/a', 'y/folder', 'y/folder/in it'].map(idOf)).toEqual(ids);
    },
  );

  test('[S15] below another volume that is mounted over a folder is not gone', async () => {
    show('x', (one) => ({ ...one, node: { ...one.node, device: '2' } }));
    await bench.settle();
    expect(onServer()).toContain('x/a');
    expect(bench.journal.troubleAt(at('x'))?.trouble.code).toBe('otherVolume');
  });

  test('[S50] nor if hints come from what is mounted there, and nothing of the server is made on it', async () => {
    await bench.stop();
    const unmount = bench.disk.person.mount(at('x'), 'another');
    const tell = hinting(bench);
    await bench.settle();
    for (const name of ['one', 'two']) {
      await bench.write(`x/${name}`, 'of another volume');
      tell('x');
      await bench.pass(2_000);
    }
    await bench.library.write('x/a', 'edited there');
    await bench.library.make('x/new', { text: 'new there' });
    await bench.library.make('x/folder', 'folder');
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'x/folder/', 'x/new', 'y/']);
    expect(await bench.files()).toEqual({
      ...{ b: 'text of b', 'x/': '', 'x/one': 'of another volume', 'x/two': 'of another volume', 'y/': '' },
    });
    expect(bench.journal.troubleAt(at('x'))?.trouble.code).toBe('otherVolume');
    unmount();
    await bench.settle();
    expect(await bench.files()).toEqual({
      ...{ b: 'text of b', 'x/': '', 'x/a': 'edited there', 'x/folder/': '', 'x/new': 'new there', 'y/': '' },
    });
    expect(await bench.isSynced()).toBe(true);
  });

  test('[S50] nor if it is mounted after the folder above was listed', async () => {
    let unmount: (() => void) | null = null;
    bench.onDisk = (operation, path) => {
      if (operation === 'list' && path === 'x' && unmount === null) {
        unmount = bench.disk.person.mount(at('x'), 'another');
        bench.disk.person.write(at('x/other'), new Uint8Array(3));
      }
      return null;
    };
    bench.root?.rescan();
    await bench.pass(10_000);
    await bench.settle();
    expect(unmount).not.toBeNull();
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
    expect(bench.journal.troubleAt(at('x'))?.trouble.code).toBe('otherVolume');
  });

  test('a name that is no UTF-8 is shown as trouble and stays', async () => {
    const before = headSeq();
    bench.onList = (folder, nodes) =>
      folder === 'y' ? [...nodes, { ...(nodes[0] as ListedNode), name: null, shown: 'caf\ufffd' }] : nodes;
    await bench.write('y/plain', 'plain');
    await bench.settle();
    expect(bench.journal.troubleAt(at('y/caf\ufffd'))?.trouble.code).toBe('notUnicode');
    expect(headSeq()).toBe(before + 1);
  });

  test('a device or socket in the place of a file is trouble, and nobody reads it', async () => {
    await bench.write('y/pipe', '');
    show('y/pipe', (one) => ({ ...one, node: { ...one.node, kind: 'other' } }));
    await bench.settle();
    expect(bench.journal.troubleAt(at('y/pipe'))?.trouble.code).toBe('specialFile');
    expect(onServer()).not.toContain('y/pipe');
  });

  test('what lies too deep is left out and said so', async () => {
    let path = 'deep';
    for (let depth = 0; depth <= limits.pathDepthMax; depth++) {
      await bench.disk.makeFolder(at(path));
      path += '/d';
    }
    await bench.settle();
    expect(bench.journal.troubles().map(({ trouble }) => trouble.code)).toEqual(['tooDeep']);
  });
});

describe('a delete leaves only after a second look', () => {
  test('[S15] nothing leaves while the first look is all there was', async () => {
    await bench.disk.unlink(at('b'));
    bench.root?.rescan();
    await bench.pass(250);
    expect(onServer()).toContain('b');
    await bench.settle();
    expect(onServer()).not.toContain('b');
  });

  test('[S15] nor if the root is another folder by the second look', async () => {
    const names = ['b', 'x', 'y'];
    for (const name of names) await bench.disk.rename(at(name), at(`.tidesync/trash/${name}`));
    bench.root?.rescan();
    await bench.pass(250);
    await bench.disk.rename(at('.tidesync/root.json'), at('.tidesync/elsewhere'));
    await bench.pass(2_000);
    expect(bench.root?.halt).toBe('rootReplaced');
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
    await bench.disk.rename(at('.tidesync/elsewhere'), at('.tidesync/root.json'));
    for (const name of names) await bench.disk.rename(at(`.tidesync/trash/${name}`), at(name));
    await bench.pass(5_000);
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
  });

  test('[S15] nor if the root goes in the middle of the second look', async () => {
    let lists = 0;
    bench.onList = (folder, nodes) => {
      if (folder !== '') return nodes;
      lists++;
      return nodes.filter(({ shown }) => shown === '.tidesync');
    };
    bench.onDisk = (operation, path) =>
      lists >= 2 && operation === 'openForRead' && isMarker(path) ? 'missing' : null;
    bench.root?.rescan();
    await bench.pass(4_000);
    expect(lists).toBeGreaterThanOrEqual(2);
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
  });

  test('[S15] nor if only its folder was looked at before, which is somewhere else by the second look', async () => {
    const id = idOf('x/a');
    await bench.disk.rename(at('x'), at('.tidesync/trash/x'));
    bench.root?.rescan();
    await bench.pass(250);
    await bench.disk.unlink(at('.tidesync/trash/x/a'));
    await bench.disk.rename(at('.tidesync/trash/x'), at('y/x'));
    bench.root?.rescan();
    await bench.pass(500);
    await bench.write('y/x/a', 'made anew');
    await bench.settle();
    expect(onServer()).toEqual(['b', 'y/', 'y/x/', 'y/x/a']);
    expect(idOf('y/x/a')).toBe(id);
  });

  test('[S15] a symlink that goes just after it was listed is missed by the next listing only', async () => {
    await bench.disk.makeSymlink(at('link'), 'b');
    await bench.settle();
    const shown: boolean[] = [];
    bench.onList = (folder, nodes) => {
      if (folder === '') shown.push(nodes.some((one) => one.name === 'link'));
      return nodes;
    };
    bench.onDisk = async (operation) => {
      if (operation === 'readLink') await bench.disk.unlink(at('link'));
      return null;
    };
    bench.root?.rescan();
    await bench.pass(250);
    expect(shown).toEqual([true, false]);
    await bench.settle();
    expect(onServer()).not.toContain('link');
  });

  test('[S48] a file that was made again at once is the same, whatever it is called elsewhere by then', async () => {
    const id = idOf('b');
    await bench.disk.unlink(at('b'));
    bench.root?.rescan();
    await bench.pass(250);
    bench.library.move('b', 'y/B');
    bench.root?.ring();
    await bench.pass(200);
    await bench.write('b', 'made anew');
    await bench.settle();
    expect(await bench.files()).toEqual({ 'x/': '', 'x/a': 'text of a', 'y/': '', 'y/B': 'made anew' });
    expect(idOf('y/B')).toBe(id);
    expect(await bench.isSynced()).toBe(true);
  });

  test('a folder full of files goes with all that is in it, and comes back by name', async () => {
    await bench.disk.unlink(at('x/a'));
    await bench.disk.removeFolder(at('x'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'y/']);
  });
});

const isMarker = (path: RelPath) => path === '.tidesync/root.json';

describe('ignore rules that change', () => {
  test('[S19] take what was synced out of sync on this device, and delete it nowhere', async () => {
    await bench.write('.tidesyncignore', 'x/\nb\n');
    await bench.settle();
    await bench.disk.unlink(at('b'));
    await bench.settle();
    expect(onServer()).toEqual(['.tidesyncignore', 'b', 'x/', 'x/a', 'y/']);
    expect(await bench.files()).toMatchObject({ 'x/a': 'text of a' });
  });

  test('[S19] at any moment of a delete that leaves: what is ignored by then is deleted nowhere', async () => {
    await bench.disk.unlink(at('x/a'));
    await bench.disk.removeFolder(at('x'));
    bench.root?.rescan();
    await bench.pass(250);
    await bench.write('.tidesyncignore', 'x/\n');
    await bench.settle();
    expect(onServer()).toContain('x/a');
  });

  test('[S12] and back again: it is merged by name, and nothing is sent twice', async () => {
    await bench.write('.tidesyncignore', 'x/\n');
    await bench.settle();
    const before = headSeq();
    await bench.disk.unlink(at('.tidesyncignore'));
    await bench.settle();
    expect(onServer()).toEqual(['b', 'x/', 'x/a', 'y/']);
    expect(headSeq()).toBe(before + 1);
    expect(await bench.files()).toEqual({ b: 'text of b', 'x/': '', 'x/a': 'text of a', 'y/': '' });
  });
});
