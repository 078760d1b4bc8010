// The root's folder goes, or becomes another one, before any of the disk operations of a busy time.

import { expect, test } from 'vitest';
import { at, ShellBench } from '../testing/shell-bench.ts';

/** Operations of that time; the last ones are those of a root at rest. */
const OPERATIONS_MAX = 400;
/** With 1 it takes two minutes; all were fine when this was written. */
const STRIDE = 5;

interface Loss {
  readonly take: (bench: ShellBench) => void;
  /** Null: it is gone for good. */
  readonly putBack: ((bench: ShellBench) => void) | null;
}
const remount = (bench: ShellBench) => bench.disk.remount();
const MARKER = at('.tidesync/root.json');

const losses: [string, Loss][] = [
  ['nothing is there', { take: (bench) => bench.disk.unmount('nothing'), putBack: remount }],
  [
    'an empty folder of another disk',
    { take: (bench) => bench.disk.unmount('emptyFolder'), putBack: remount },
  ],
  ['a file', { take: (bench) => bench.disk.unmount('file'), putBack: remount }],
  ['another folder', { take: (bench) => bench.disk.replaceRoot(), putBack: null }],
  ['another folder with the marker', { take: (bench) => bench.disk.replaceRoot([MARKER]), putBack: null }],
];

/** A device that has something of every kind to do, in both directions. */
async function busyBench(): Promise<ShellBench> {
  const bench = await ShellBench.open();
  for (const folder of ['x', 'y', 'y/z']) await bench.disk.makeFolder(at(folder));
  for (const name of ['x/a', 'x/b', 'y/c', 'y/z/d', 'e', 'f']) await bench.write(name, `text of ${name}`);
  bench.start();
  await bench.settle();
  await bench.write('e', 'edited here');
  await bench.write('new here', 'new here');
  await bench.disk.unlink(at('x/a'));
  await bench.disk.rename(at('y/z'), at('x/z'));
  await bench.library.write('f', 'edited there');
  await bench.library.make('new there', { text: 'new there' });
  bench.library.move('x/b', 'y/b');
  bench.library.remove('y/c');
  return bench;
}

/** Every file that the server must have then, whatever has been done so far; what it may have is not said. */
const owed = ['x/b|y/b', 'y/z/d|x/z/d', 'e', 'f', 'new there'];

const ENDS = {
  ...{ 'x/': '', 'x/z/': '', 'x/z/d': 'text of y/z/d', 'y/': '', 'y/b': 'text of x/b' },
  ...{ e: 'edited here', f: 'edited there', 'new here': 'new here', 'new there': 'new there' },
};

/** What a swap or a delete that was broken off may leave beside all that: old contents, which nobody has to miss. */
const isSpared = (path: string, text: string) =>
  (path === 'y/c' && text === 'text of y/c') || (path.startsWith('f (conflict') && text === 'text of f');

test.each(losses)(
  '[T3] [S15] %s in its place: nothing more is deleted, and all goes on when it is back',
  async (_what, loss) => {
    let operations = OPERATIONS_MAX;
    for (let number = 1; number <= operations; number += STRIDE) {
      const bench = await busyBench();
      let left = number;
      bench.onDisk = () => {
        if (--left === 0) loss.take(bench);
        return null;
      };
      bench.root?.rescan();
      await bench.pass(20_000);
      const isGone = left <= 0;
      if (!isGone) {
        operations = number;
        loss.take(bench);
      }
      bench.onDisk = null;
      await bench.pass(70_000);
      expect([number, bench.root?.halt]).toEqual([number, expect.stringMatching(/^root(Missing|Replaced)$/)]);
      const paths = bench.library.paths();
      const missing = owed.filter((one) => !one.split('|').some((path) => paths.includes(path)));
      expect([number, missing]).toEqual([number, []]);
      if (loss.putBack !== null) {
        loss.putBack(bench);
        await bench.pass(15_000);
        await bench.settle();
        expect([number, await bench.isSynced()]).toEqual([number, true]);
        const files = await bench.files();
        for (const [path, text] of Object.entries(files)) if (isSpared(path, text)) delete files[path];
        expect([number, files]).toEqual([number, ENDS]);
      }
      await bench.stop();
    }
    expect(operations).toBeLessThan(OPERATIONS_MAX);
  },
);
