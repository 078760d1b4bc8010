import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeSha256 } from '../adapters/node-environment.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { approveHeldBatch, heldBatches, undoHeldBatch } from './held-batches.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.disk.makeFolder(at('x'));
  await bench.write('x/a', 'text of a');
  await bench.write('b', 'text of b');
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

const parts = () => ({
  clock: bench.clock,
  random: seededRandom(7),
  sha256: nodeSha256,
  openDisk: () => bench.disk,
});
const roots = () => [{ record: bench.record, journal: bench.journal, running: bench.root }];
const held = () => heldBatches(parts(), roots());
const answer = async (say: typeof approveHeldBatch) => {
  const [batch] = await held();
  await say(parts(), roots(), batch?.batchId ?? expect.fail('nothing waits'));
  await bench.settle();
};
const onServer = () => bench.library.paths();

async function empty(): Promise<void> {
  await bench.disk.unlink(at('x/a'));
  await bench.disk.removeFolder(at('x'));
  await bench.disk.unlink(at('b'));
}

test('[S28] a folder that is left with nothing but its marker deletes nothing elsewhere before a yes', async () => {
  await empty();
  await bench.settle();
  expect(await held()).toMatchObject([{ files: 2, folders: 1 }]);
  await bench.restart();
  await bench.pass(11 * 60_000);
  await bench.settle();
  expect(onServer()).toEqual(['b', 'x/', 'x/a']);
  await answer(approveHeldBatch);
  expect(onServer()).toEqual([]);
});

test('[S31] a no brings all of it back', async () => {
  await empty();
  await bench.settle();
  await answer(undoHeldBatch);
  expect(await bench.files()).toEqual({ b: 'text of b', 'x/': '', 'x/a': 'text of a' });
  expect(onServer()).toEqual(['b', 'x/', 'x/a']);
});

test('[S28] files that others take the place of, or that go one by one, wait for nobody', async () => {
  await empty();
  await bench.write('c', 'text of c');
  await bench.settle();
  expect(onServer()).toEqual(['c']);
  await bench.write('d', 'text of d');
  await bench.settle();
  await bench.disk.unlink(at('c'));
  await bench.settle();
  await bench.disk.unlink(at('d'));
  await bench.settle();
  expect([onServer(), await held()]).toEqual([[], []]);
});
