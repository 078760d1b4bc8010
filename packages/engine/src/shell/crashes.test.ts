import { expect, test } from 'vitest';
import type { DiskOperation } from '../testing/memory-disk.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

type Deed = (bench: ShellBench) => Promise<void>;

const start: Deed = async (bench) => {
  for (const folder of ['docs', 'old']) await bench.disk.makeFolder(at(folder));
  await bench.write('docs/a', 'a1');
  await bench.write('old/b', 'b1');
  await bench.write('c', 'c1');
  await bench.disk.makeSymlink(at('link'), 'c');
};

/** Work of this person and of another one, and what both of them end up with. */
const scenarios: [string, { mine: Deed; theirs: Deed; end: Record<string, string> }][] = [
  [
    'news of another device',
    {
      mine: async () => undefined,
      theirs: async ({ library }) => {
        await library.write('docs/a', 'a2');
        library.move('c', 'docs/c');
        library.remove('old/b');
        library.remove('old');
        await library.make('d', { text: 'd1' });
        const { id, state } = library.at('link');
        const baseContentSeq = state.versions.contentSeq;
        library.apply({ op: 'retarget', entryId: id, baseContentSeq, target: 'docs/c', mtimeMs: 1_000 });
      },
      end: { 'docs/': '', 'docs/a': 'a2', 'docs/c': 'c1', d: 'd1', link: '-> docs/c' },
    },
  ],
  [
    'news of this device',
    {
      mine: async (bench) => {
        await bench.saveByRename('docs/a', 'a2');
        await bench.disk.rename(at('c'), at('docs/c'));
        await bench.disk.unlink(at('old/b'));
        await bench.disk.removeFolder(at('old'));
        await bench.write('d', 'd1');
      },
      theirs: async () => undefined,
      end: { 'docs/': '', 'docs/a': 'a2', 'docs/c': 'c1', d: 'd1', link: '-> c' },
    },
  ],
  [
    'news of both, in each other’s way',
    {
      mine: async (bench) => {
        await bench.saveByRename('docs/a', 'mine');
        await bench.disk.rename(at('c'), at('e'));
        await bench.disk.unlink(at('old/b'));
      },
      theirs: async ({ library }) => {
        await library.write('docs/a', 'theirs');
        library.move('c', 'docs/c');
        await library.write('old/b', 'b2');
        await library.make('e', { text: 'e1' });
      },
      end: {
        ...{ 'docs/': '', 'docs/a': 'theirs', 'docs/a (conflict from bench, 2023-11-14)': 'mine' },
        ...{ 'docs/c': 'c1', e: 'e1', link: '-> c', 'old/': '', 'old/b': 'b2' },
      },
    },
  ],
];

for (const [what, { mine, theirs, end }] of scenarios) {
  const prepared = async () => {
    const bench = await ShellBench.open();
    await start(bench);
    bench.start();
    await bench.settle();
    await mine(bench);
    await theirs(bench);
    bench.calls = 0;
    return bench;
  };

  test(`${what}: the end is the same after a crash before any change of disk or journal`, {
    timeout: 60_000,
  }, async () => {
    const other: [number, unknown][] = [];
    let crashed = true;
    for (let crashAt = 1; crashed; crashAt++) {
      const bench = await prepared();
      bench.crashAt = crashAt;
      await bench.settle();
      crashed = bench.isCrashed;
      await bench.restart();
      await bench.settle();
      const files = await bench.files();
      if (!isEnd(files, end) || !(await bench.isSynced())) other.push([crashAt, files]);
      await bench.stop();
    }
    expect(other).toEqual([]);
  });

  test.each(['full', 'io'] as const)(
    `[T6] ${what}: the end is the same where any change of the disk fails (%s) for a while`,
    { timeout: 60_000 },
    async (fault) => {
      const other: [number, unknown][] = [];
      let failed = true;
      for (let first = 0; failed; first += 2) {
        const bench = await prepared();
        let calls = 0;
        failed = false;
        bench.onDisk = (operation) => {
          if (!CHANGES.has(operation) || calls++ < first || calls > first + 4) return null;
          failed = true;
          return fault;
        };
        await bench.settle();
        bench.onDisk = null;
        await bench.restart();
        await bench.settle();
        const files = await bench.files();
        if (!isEnd(files, end) || !(await bench.isSynced())) other.push([first, files]);
        await bench.stop();
      }
      expect(other).toEqual([]);
    },
  );
}

const CHANGES = new Set<DiskOperation>([
  ...(['createFile', 'write', 'sync', 'makeFolder', 'makeSymlink', 'link', 'rename'] as const),
  ...(['unlink', 'removeFolder', 'setAttributes', 'syncFolder'] as const),
]);

/** A stop inside a step may leave what that step moved a second time, as a conflict copy; nothing else. */
function isEnd(files: Record<string, string>, end: Record<string, string>): boolean {
  const extra = Object.keys(files).filter((name) => !(name in end));
  const missing = Object.entries(end).filter(([name, text]) => files[name] !== text);
  return missing.length === 0 && extra.length <= 1 && extra.every((name) => name.includes('(conflict from'));
}
