import type { RelPath } from '@tidesync/shared/names';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaced } from '../testing/around.ts';
import { at, ShellBench, turn } from '../testing/shell-bench.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
});
afterEach(() => bench.stop());

test('whole rounds: up, down, moved, deleted', async () => {
  await bench.disk.makeFolder(at('docs'));
  await bench.write('docs/a', 'one');
  await bench.library.make('b', { text: 'two' });
  bench.start();
  await bench.settle();
  expect(await bench.files()).toEqual({ 'docs/': '', 'docs/a': 'one', b: 'two' });
  expect(bench.library.live()).toHaveLength(3);
  await bench.library.write('docs/a', 'three');
  bench.library.move('b', 'docs/b');
  await bench.settle();
  expect(await bench.files()).toEqual({ 'docs/': '', 'docs/a': 'three', 'docs/b': 'two' });
  bench.library.remove('docs/b');
  await bench.settle();
  expect(await bench.files()).toEqual({ 'docs/': '', 'docs/a': 'three' });
});

test('[S42] a file that is made executable while it is fetched is placed so, and nothing is sent back', async () => {
  bench.start();
  await bench.settle();
  await bench.library.make('new', { text: 'text' });
  const { id, state } = bench.library.at('new');
  const isExecutableThere = () => {
    const { remote } = bench.journal.get(id);
    return remote.is === 'present' && remote.body.kind === 'file' && remote.body.executable;
  };
  bench.onDisk = async (operation, path) => {
    if (operation !== 'createFile' || !path.includes(id)) return null;
    bench.onDisk = null;
    const baseAttributesSeq = state.versions.attributesSeq;
    const { mtimeMs } = state;
    bench.library.apply({ op: 'attributes', entryId: id, baseAttributesSeq, executable: true, mtimeMs });
    bench.root?.ring();
    while (!isExecutableThere()) await turn();
    return null;
  };
  await bench.settle();
  expect((await bench.disk.look(at('new')))?.executable).toBe(true);
  const { body, versions } = bench.library.at('new').state;
  expect(body).toMatchObject({ executable: true });
  expect(versions.attributesSeq).toBe(bench.library.headSeq);
});

test.each([1_000_000_000n, 2_000_000_000n])(
  'times are set once on a disk that rounds them to %d ns, and are not sent back',
  async (mtimeStepNs) => {
    const coarse = await ShellBench.open({ mtimeStepNs });
    const times: string[] = [];
    coarse.onDisk = (operation, path) => {
      if (operation === 'setAttributes') times.push(path);
      return null;
    };
    await coarse.write('mine', 'one');
    await coarse.library.make('theirs', { text: 'two' });
    const { id, state } = coarse.library.at('theirs');
    const mtimeMs = state.mtimeMs + 1_234_567;
    coarse.library.apply({
      ...{ op: 'attributes', entryId: id, baseAttributesSeq: state.versions.attributesSeq },
      ...{ executable: false, mtimeMs },
    });
    coarse.start();
    await coarse.settle();
    coarse.library.apply({
      ...{ op: 'attributes', entryId: id, mtimeMs: mtimeMs + 7, executable: false },
      baseAttributesSeq: coarse.library.at('theirs').state.versions.attributesSeq,
    });
    await coarse.settle();
    const { attributesSeq } = coarse.library.at('theirs').state.versions;
    expect(times.filter((path) => path === 'theirs')).toHaveLength(1);
    // Full scans look at everything again.
    await coarse.settle(40 * 60_000);
    expect(times.filter((path) => path === 'theirs')).toHaveLength(1);
    expect(coarse.library.at('theirs').state).toMatchObject({
      mtimeMs: mtimeMs + 7,
      versions: { attributesSeq },
    });
    expect(coarse.root?.idle).toBe(true);
    await coarse.stop();
  },
);

test('[S26] a file moved by copy and delete keeps its entry', async () => {
  await bench.write('a', 'the same bytes');
  bench.start();
  await bench.settle();
  const [before] = bench.library.live();
  await bench.write('b', 'the same bytes');
  await bench.disk.unlink(at('a'));
  await bench.settle();
  expect(await bench.files()).toEqual({ b: 'the same bytes' });
  expect(bench.library.live().map(([id, { name }]) => [id, name])).toEqual([[before?.[0], 'b']]);
});

test('a conflict is over when its copy is gone', async () => {
  await bench.write('a', 'first');
  bench.start();
  await bench.settle();
  await bench.library.write('a', 'theirs');
  await bench.saveByRename('a', 'mine');
  await bench.settle();
  const [conflict] = bench.journal.conflicts();
  expect(conflict?.path).toBe('a');
  await bench.disk.unlink(conflict?.copyPath ?? at(''));
  await bench.settle();
  expect(bench.journal.conflicts()).toEqual([]);
});

/** Lets downloads wait for the answer, and the root turn meanwhile. */
async function whileDownloading(work: () => Promise<void>): Promise<void> {
  const { objects } = bench.library;
  const { getRange } = objects;
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  objects.getRange = async (...range) => {
    await gate;
    return getRange(...range);
  };
  bench.root?.rescan();
  await bench.pass(1_000);
  await work();
  bench.root?.rescan();
  await bench.pass(2_000);
  go();
  objects.getRange = getRange;
  await bench.settle();
}

describe('work of a person while a download runs', () => {
  beforeEach(async () => {
    await bench.disk.makeFolder(at('docs'));
    await bench.write('a', 'first');
    bench.start();
    await bench.settle();
  });

  test('[S8] an edit that a scan saw meanwhile is no content that anyone agreed on', async () => {
    await bench.library.write('a', 'theirs');
    await whileDownloading(() => bench.saveByRename('a', 'mine'));
    expect(Object.values(await bench.files()).sort()).toEqual(['', 'mine', 'theirs']);
  });

  test('[S8] what was deleted and made anew meanwhile stays', async () => {
    await bench.library.write('a', 'theirs');
    await whileDownloading(async () => {
      await bench.disk.unlink(at('a'));
      await bench.pass(1_000);
      await bench.write('a', 'mine');
    });
    expect(Object.values(await bench.files()).sort()).toEqual(['', 'mine', 'theirs']);
  });

  test('[S7] a move meanwhile keeps its place, and the content follows', async () => {
    await bench.library.write('a', 'theirs');
    await whileDownloading(() => bench.disk.rename(at('a'), at('docs/b')));
    expect(await bench.files()).toEqual({ 'docs/': '', 'docs/b': 'theirs' });
  });
});

test('[S15] what a lost answer says was made is not deleted after one look', async () => {
  await bench.write('a', 'first');
  bench.start();
  bench.library.onCommit = (when) => {
    if (when === 'applied') {
      bench.crashAt = bench.calls + 1;
    }
  };
  await bench.settle();
  expect(bench.isCrashed).toBe(true);
  await bench.disk.rename(at('a'), at('.tidesync/gone'));
  bench.library.onCommit = null;
  await bench.restart();
  await bench.pass(100);
  await bench.disk.rename(at('.tidesync/gone'), at('a'));
  await bench.settle();
  expect(await bench.files()).toEqual({ a: 'first' });
  expect(bench.library.headSeq).toBe(1);
});

describe('folders that only ignored files keep', () => {
  beforeEach(async () => {
    await bench.write('.tidesyncignore', '*.tmp\n');
    for (const folder of ['x', 'x/y']) await bench.disk.makeFolder(at(folder));
    await bench.write('x/y/k.tmp', 'kept');
    await bench.write('x/y/a', 'synced');
    bench.start();
    await bench.settle();
    for (const path of ['x/y/a', 'x/y', 'x']) bench.library.remove(path);
    await bench.settle();
  });

  test('[S19] stay, one inside the other, and are not deleted again and again', async () => {
    expect(await bench.files()).toEqual({
      '.tidesyncignore': '*.tmp\n',
      'x/': '',
      'x/y/': '',
      'x/y/k.tmp': 'kept',
    });
    expect(bench.journal.troubles()).toEqual([]);
    expect(bench.root?.unsettled).toBe(0);
    expect(bench.library.live()).toHaveLength(1);
  });

  test('[S12] are folders like others again when one is made there elsewhere', async () => {
    await bench.library.make('x', 'folder');
    await bench.settle();
    expect(bench.journal.troubles()).toEqual([]);
    await bench.library.make('x/new', { text: 'new' });
    await bench.settle();
    expect(await bench.files()).toMatchObject({ 'x/y/k.tmp': 'kept', 'x/new': 'new' });
  });

  test('are forgotten when a person removes them', async () => {
    await bench.disk.unlink(at('x/y/k.tmp'));
    for (const folder of ['x/y', 'x']) await bench.disk.removeFolder(at(folder));
    await bench.settle();
    await bench.disk.makeFolder(at('x'));
    await bench.settle();
    expect(bench.library.at('x').state.body.kind).toBe('folder');
  });
});

describe('.tidesync that a person has tidied up', () => {
  test.each(['tmp', 'aside', 'trash'])('[T7] %s is made again when it is gone at a start', async (name) => {
    await bench.disk.removeFolder(at(`.tidesync/${name}`));
    await bench.library.make('a', { text: 'one' });
    bench.start();
    await bench.settle();
    await bench.library.write('a', 'two');
    await bench.settle();
    expect(await bench.files()).toEqual({ a: 'two' });
  });

  test.each(['tmp', 'aside', 'trash'])('%s is made again when it goes while the root runs', async (name) => {
    await bench.library.make('a', { text: 'one' });
    await bench.library.make('link', { target: 'a' });
    bench.start();
    await bench.settle();
    await bench.disk.removeFolder(at(`.tidesync/${name}`));
    await bench.library.write('a', 'two');
    await bench.settle();
    expect(await bench.files()).toEqual({ a: 'two', link: '-> a' });
  });
});

test('files that arrive in a folder that takes long to list do not have it listed each time', async () => {
  await bench.library.make('large', 'folder');
  for (let number = 0; number < 80; number++)
    await bench.library.make(`large/${number}`, { text: `${number}` });
  const parts = bench.parts();
  let onHint = (_folder: RelPath): void => undefined;
  const watcher: typeof parts.watcher = {
    async watch(_root, tell) {
      onHint = (folder) => tell({ is: 'folder', folder });
      return { close: async () => undefined };
    },
  };
  const objects = replaced(parts.objects, {
    async getRange(...range) {
      await bench.clock.sleep(1_000);
      return parts.objects.getRange(...range);
    },
  });
  /** How many files had come at each look. */
  const listed: number[] = [];
  const placed = new Set<string>();
  bench.onDisk = (operation, path) => {
    if (operation === 'link') {
      placed.add(path);
      onHint(at('large'));
    }
    if (operation === 'list' && path === 'large') {
      listed.push(placed.size);
      bench.clock.advance(1_000);
    }
    return null;
  };
  bench.start({ ...parts, watcher, objects });
  await bench.settle(600_000);
  expect(await bench.isSynced()).toBe(true);
  // Twenty times four come at once. A look takes a second, and four more pass before the next.
  expect(listed.length).toBeLessThan(8);
  expect(listed.at(-1)).toBe(80);
});

test('content that was committed is not kept in mind as being on the server', async () => {
  const parts = bench.parts();
  const cutter: typeof parts.cutter = {
    cut: (file, signal) => (file === 'slow' ? aborted(signal) : parts.cutter.cut(file, signal)),
  };
  const staged: number[] = [];
  const server = replaced(parts.server, {
    stage(uploadId, lists, revisions) {
      staged.push(revisions.length);
      return parts.server.stage(uploadId, lists, revisions);
    },
  });
  await bench.write('slow', 'is read for as long as this takes');
  await bench.write('a', 'the same bytes');
  bench.start({ ...parts, cutter, server });
  await bench.pass(10_000);
  expect(bench.library.paths()).toEqual(['a']);
  await bench.write('b', 'the same bytes');
  bench.root?.rescan();
  await bench.pass(10_000);
  expect(bench.library.paths()).toEqual(['a', 'b']);
  expect(staged).toEqual([1, 1]);
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
