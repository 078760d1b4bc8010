import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WatchHint } from '../ports/watcher.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { FULL_SCAN_EVERY_MS } from './root-times.ts';

/** From a look at everything to the second one, by which deletes are proved, and what then is sent. */
const SENT_MS = 5_000;
const FIVE_MINUTES_MS = 5 * 60_000;

let bench: ShellBench;
/** What the watcher says to the root. */
let tell: (hint: WatchHint) => void = () => undefined;

beforeEach(async () => {
  bench = await ShellBench.open();
  for (const folder of ['docs', 'docs/deep', 'old']) await bench.disk.makeFolder(at(folder));
  for (const name of ['docs/edited', 'docs/deep/moved', 'old/deleted', 'kept']) await bench.write(name, name);
  const watch = async (_path: string, onHint: typeof tell) => {
    tell = onHint;
    return { close: async () => undefined };
  };
  bench.start({ ...bench.parts(), watcher: { watch } });
  await bench.settle();
});
afterEach(() => bench.stop());

async function work(): Promise<void> {
  await bench.saveByRename('docs/edited', 'edited again');
  await bench.write('docs/deep/new', 'new');
  await bench.disk.rename(at('docs/deep/moved'), at('old/moved'));
  await bench.disk.unlink(at('old/deleted'));
}
const AFTER_IT = ['docs/', 'docs/deep/', 'docs/deep/new', 'docs/edited', 'kept', 'old/', 'old/moved'];

test('a watcher that never says anything: what people do is found by the next look at everything', async () => {
  await work();
  await bench.pass(FULL_SCAN_EVERY_MS + SENT_MS);
  expect(bench.library.paths().toSorted()).toEqual(AFTER_IT);
  expect(await bench.isSynced()).toBe(true);
});

test.each(['noWatches', 'error'] as const)(
  '[S55] a watcher that has lost some folders (%s): it is told once, and found within five minutes, ever again',
  async (why) => {
    tell({ is: 'everything', why });
    await bench.pass(FULL_SCAN_EVERY_MS / 2);
    await work();
    await bench.pass(FIVE_MINUTES_MS);
    expect(bench.library.paths().toSorted()).toEqual(AFTER_IT);
    expect(await bench.isSynced()).toBe(true);
    await bench.write('kept', 'edited much later');
    tell({ is: 'everything', why });
    await bench.pass(FIVE_MINUTES_MS);
    expect(await bench.isSynced()).toBe(true);
    expect(bench.log.filter((line) => line.startsWith('Not all of '))).toHaveLength(1);
  },
);

test('[S55] a burst alone makes nobody look more often', async () => {
  tell({ is: 'everything', why: 'burst' });
  await bench.pass(SENT_MS);
  await work();
  const before = bench.library.headSeq;
  await bench.pass(FIVE_MINUTES_MS);
  expect(bench.library.headSeq).toBe(before);
});
