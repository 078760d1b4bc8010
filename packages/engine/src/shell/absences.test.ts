import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;
const onServer = () => bench.library.paths();
const idOf = (path: string) => bench.library.at(path).id;

beforeEach(async () => {
  bench = await ShellBench.open();
  for (const folder of ['x', 'y']) await bench.disk.makeFolder(at(folder));
  await bench.write('b', 'text of b');
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

/** Listings of that folder do not show `b`. */
const without = (folder: string) => {
  bench.onList = (listed, nodes) => (listed === folder ? nodes.filter(({ shown }) => shown !== 'b') : nodes);
};

/** One look everywhere, and no time for what it calls for. */
async function lookOnce(): Promise<void> {
  bench.root?.rescan();
  await bench.pass(50);
}

test('[S15] the second look is at the folder in which it was seen last, not where it was synced', async () => {
  const id = idOf('b');
  await bench.disk.rename(at('b'), at('y/b'));
  await lookOnce();
  without('y');
  await lookOnce();
  bench.onList = null;
  await bench.pass(3_000);
  expect(onServer()).toEqual(['x/', 'y/', 'y/b']);
  expect(idOf('y/b')).toBe(id);
});

test('[S15] what comes back and goes again in one look is missed by it for the first time', async () => {
  const before = bench.library.headSeq;
  without('');
  await lookOnce();
  bench.clock.advance(500);
  let lists = 0;
  bench.onList = (listed, nodes) =>
    listed === '' && ++lists === 2 ? nodes.filter(({ shown }) => shown !== 'b') : nodes;
  // The folder above is listed once more where one has gone by the time that it is looked into.
  bench.onDisk = (operation, path) =>
    operation === 'list' && path === 'x' && lists === 1 ? 'missing' : null;
  await lookOnce();
  expect(lists).toBe(2);
  [bench.onList, bench.onDisk] = [null, null];
  await bench.pass(3_000);
  await bench.settle();
  expect(bench.library.headSeq).toBe(before);
});

test('[S15] a look at another folder in the place of the root is not the first one', async () => {
  const before = bench.library.headSeq;
  let looks = 0;
  bench.onList = (listed, nodes) => {
    if (listed !== '') return nodes;
    looks++;
    return nodes.filter(({ shown }) => shown !== 'b');
  };
  bench.onDisk = (operation, path) =>
    operation === 'openForRead' && path === '.tidesync/root.json' && looks === 1 ? 'missing' : null;
  await lookOnce();
  await bench.pass(1_000);
  expect([looks, bench.root?.halt]).toEqual([1, 'rootReplaced']);
  bench.onDisk = null;
  while (looks < 2) await bench.pass(100);
  bench.onList = null;
  await bench.settle();
  expect(bench.library.headSeq).toBe(before);
});

test('[S15] what an earlier process has seen go is looked for everywhere', async () => {
  const id = idOf('b');
  await bench.disk.rename(at('b'), at('y/b'));
  await lookOnce();
  without('y');
  await lookOnce();
  await bench.stop();
  bench.start();
  await bench.pass(250);
  bench.onList = null;
  await bench.pass(3_000);
  expect(onServer()).toEqual(['x/', 'y/', 'y/b']);
  expect(idOf('y/b')).toBe(id);
});

test('[S44] what was out of sync when the answer came that the server has it is that very entry', async () => {
  let isAway = true;
  bench.library.onCommit = (when) => {
    if (isAway && when === 'applied') throw new Failure({ reason: 'unreachable', url: 'x', detail: 'away' });
  };
  await bench.disk.makeFolder(at('x/new'));
  await lookOnce();
  const id = idOf('x/new');
  await bench.write('.tidesyncignore', 'x/\n');
  await lookOnce();
  await bench.disk.unlink(at('.tidesyncignore'));
  await lookOnce();
  isAway = false;
  await bench.pass(5_000);
  await bench.settle();
  expect(onServer()).toEqual(['b', 'x/', 'x/new/', 'y/']);
  expect(idOf('x/new')).toBe(id);
  expect(await bench.isSynced()).toBe(true);
});

test('[S19] what went from a folder that is out of sync by the second look was deleted by nobody', async () => {
  bench.library.role = 'viewer';
  bench.root?.rescan();
  await bench.pass(1_000);
  await bench.disk.rename(at('b'), at('y/b'));
  await lookOnce();
  await bench.disk.unlink(at('y/b'));
  await lookOnce();
  await bench.write('.tidesyncignore', 'y/\n');
  bench.library.role = 'owner';
  await bench.pass(3_000);
  await bench.settle();
  expect(onServer()).toEqual(['.tidesyncignore', 'b', 'x/', 'y/']);
  expect(await bench.files()).toMatchObject({ b: 'text of b' });
});
