// What a step took out of the way, on a disk that then neither takes the new file nor the old one back.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { contentIdOf } from '../testing/memory-library.ts';
import { at, ShellBench, textsOf } from '../testing/shell-bench.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.write('a', 'first');
  await bench.write('other', 'text');
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

const aside = () => textsOf(bench.disk, '.tidesync/aside');

/** From the moment in which the engine takes `a`, which a person saves just then, no name can be given. */
function failWhenTaken(fault: DiskFault): { mend: () => void } {
  let fails = false;
  bench.onDisk = async (operation, path) => {
    if (operation === 'rename' && path === 'a' && !fails) {
      fails = true;
      await bench.disk.overwrite(at('a'), new TextEncoder().encode('mine'));
      return null;
    }
    return fails && operation === 'link' ? fault : null;
  };
  return {
    mend: () => {
      bench.onDisk = null;
    },
  };
}

const arrivals: [what: string, theirs: () => Promise<unknown>][] = [
  ['an edit', () => bench.library.write('a', 'theirs')],
  ['a delete', async () => bench.library.remove('a')],
];

test.each(arrivals)(
  '[T7] what a failed step left aside as %s arrived is back before the next look, and synced',
  async (_what, theirs) => {
    await theirs();
    let links = 0;
    const { mend } = failWhenTaken('full');
    const failing = bench.onDisk;
    bench.onDisk = async (operation, path) => {
      const fault = await failing?.(operation, path);
      // The new file and the old one: after that there is room again.
      if (fault && ++links > 2) mend();
      return links > 2 ? null : fault;
    };
    await bench.settle();
    expect(Object.values(await bench.files()).sort()).toContain('mine');
    expect([await aside(), await bench.isSynced(), bench.journal.troubles()]).toEqual([{}, true, []]);
  },
);

test.each(arrivals)(
  '[T13] while it cannot be put back as %s arrives, nothing counts as deleted, and the folder says why',
  async (_what, theirs) => {
    await theirs();
    const { mend } = failWhenTaken('full');
    const before = bench.library.paths();
    bench.root?.rescan();
    await bench.pass(60_000);
    expect(Object.values(await aside())).toEqual(['mine']);
    expect(bench.library.paths()).toEqual(before);
    expect(bench.root?.idle).toBe(false);
    expect(bench.journal.troubleAt(at('a'))?.trouble.code).toBe('diskFull');
    // What has nothing to do with it goes on.
    await bench.write('other', 'edited');
    bench.root?.rescan();
    await bench.pass(20_000);
    expect(bench.library.at('other').state.body).toMatchObject({ contentId: contentIdOf('edited') });
    mend();
    await bench.pass(20_000);
    expect([await aside(), bench.journal.troubles()]).toEqual([{}, []]);
    await bench.settle();
    expect(Object.values(await bench.files())).toContain('mine');
    expect(await bench.isSynced()).toBe(true);
  },
);

/** Both sides edit the file, so that the local version is set aside as a conflict copy. */
async function conflict(): Promise<void> {
  await bench.write('a', 'mine');
  await bench.library.write('a', 'theirs');
}

/** A move asks first whether the file may leave its name, by giving it that name again; the second rename moves it. */
test.each<[where: string, operation: string, isHit: (path: string, renames: number) => boolean]>([
  ['between its two names', 'rename', (path, renames) => path === 'a' && renames % 2 === 0],
  ['before the old name is removed', 'unlink', (path) => path.startsWith('.tidesync/aside/')],
  ['before the new name is safe', 'syncFolder', (path, renames) => path === '' && renames > 0],
])(
  '[T14] a conflict copy that fails %s is finished under the same name, and there is one of it',
  async (...row) => {
    const [, operation, isHit] = row;
    await conflict();
    let [fails, renames] = [3, 0];
    bench.onDisk = (called, path) => {
      if (called === 'rename' && path === 'a') renames++;
      const isMoving = bench.journal.conflicts().length === 0;
      return called === operation && isHit(path, renames) && isMoving && fails-- > 0 ? 'busy' : null;
    };
    await bench.settle();
    await bench.pass(20_000);
    await bench.settle();
    expect(fails).toBeLessThan(3);
    const files = await bench.files();
    expect(Object.values(files).sort()).toEqual(['mine', 'text', 'theirs']);
    expect(files.a).toBe('theirs');
    expect([await aside(), await bench.isSynced()]).toEqual([{}, true]);
  },
);

test('[T14] an engine that is killed while it makes a conflict copy finishes it, and there is one of it', async () => {
  for (let crashAt = 1; ; crashAt++) {
    const one = await ShellBench.open();
    await one.write('a', 'first');
    one.start();
    await one.settle();
    await one.write('a', 'mine');
    await one.library.write('a', 'theirs');
    one.calls = 0;
    one.crashAt = crashAt;
    await one.settle();
    const wasKilled = one.isCrashed;
    await one.restart();
    await one.settle();
    const texts = Object.values(await one.files()).sort();
    await one.stop();
    expect([crashAt, texts]).toEqual([crashAt, ['mine', 'theirs']]);
    if (!wasKilled) break;
  }
});
