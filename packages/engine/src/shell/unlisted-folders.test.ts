import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WatchHint } from '../ports/watcher.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { rootStatusOf } from './root-status.ts';

let bench: ShellBench;
/** What the last opened watch says to the root. */
let tell: (hint: WatchHint) => void = () => undefined;
let watches = 0;

beforeEach(async () => {
  watches = 0;
  bench = await ShellBench.open();
  for (const name of ['x/a', 'x/deep/b', 'c']) {
    for (const folder of ['x', 'x/deep']) await bench.disk.makeFolder(at(folder)).catch(() => undefined);
    await bench.write(name, name);
  }
  const watch = async (_path: string, onHint: typeof tell) => {
    tell = onHint;
    watches++;
    return { close: async () => undefined };
  };
  bench.start({ ...bench.parts(), watcher: { watch } });
  await bench.settle();
});
afterEach(() => bench.stop());

const hint = (folder: string) => tell({ is: 'folder', folder: at(folder) });
const status = () =>
  rootStatusOf({ record: bench.record, running: bench.root, journal: bench.journal, restsFor: null });
async function deny(path: string): Promise<void> {
  bench.disk.person.deny(at(path), true);
  hint(path);
  await bench.pass(3_000);
}

describe('[S62] a folder that cannot be listed', () => {
  test('is told for as long as that is so, whatever is looked at around it', async () => {
    await deny('x');
    await bench.write('new', 'beside it');
    hint('');
    await bench.pass(3_000);
    expect(bench.journal.troubleAt(at('x'))?.trouble.code).toBe('unreadable');
    expect(status()).toMatchObject({ state: 'attention', troubles: 1 });
  });

  test('is looked at again each minute: with all that is in it once it can be listed, which nobody told', async () => {
    await deny('x');
    bench.disk.person.deny(at('x'), false);
    await bench.write('x/deep/b', 'edited unseen');
    await bench.write('x/new', 'made unseen');
    await bench.pass(70_000);
    expect(bench.journal.troubles()).toEqual([]);
    expect(status().state).toBe('upToDate');
    expect(bench.library.paths()).toContain('x/new');
    expect(await bench.isSynced()).toBe(true);
  });

  test.each(['tooManyOpen', 'io'] as const)('for whatever reason that was: %s', async (fault) => {
    bench.onDisk = (operation, path) => (operation === 'list' && path === 'x' ? fault : null);
    hint('x');
    await bench.pass(3_000);
    expect(status()).toMatchObject({ state: 'attention', troubles: 1 });
    bench.onDisk = null;
    await bench.pass(70_000);
    expect(bench.journal.troubles()).toEqual([]);
    expect(status().state).toBe('upToDate');
  });

  test('is watched anew when it can be listed, and nothing is while it cannot', async () => {
    await deny('x');
    await bench.pass(200_000);
    expect(watches).toBe(1);
    bench.disk.person.deny(at('x'), false);
    await bench.pass(70_000);
    expect(watches).toBe(2);
    await bench.write('x/new', 'made after it');
    hint('x');
    await bench.pass(3_000);
    expect(await bench.isSynced()).toBe(true);
    expect(watches).toBe(2);
  });

  test('comes back with the folder above it, if that is looked at first', async () => {
    await deny('x');
    bench.disk.person.deny(at('x'), false);
    await bench.write('x/new', 'made unseen');
    hint('');
    await bench.pass(3_000);
    expect(bench.library.paths()).toContain('x/new');
    expect(status().state).toBe('upToDate');
  });
});
