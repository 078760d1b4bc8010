import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 } from '../adapters/node-environment.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { approveHeldBatch, heldBatches, showHeldBatch, undoHeldBatch } from './held-batches.ts';
import { rootStatusOf } from './root-status.ts';

const FILES = 120;
let bench: ShellBench;
/** Batches of the commits that were sent, in order, with the deletes in each. */
let sent: { batchId: string | undefined; deletes: number }[];

beforeEach(async () => {
  bench = await ShellBench.open();
  sent = [];
  await bench.disk.makeFolder(at('many'));
  for (let n = 0; n < FILES; n++) await bench.write(`many/${n}`, `text ${n}`);
  await bench.write('other', 'other');
  bench.start();
  await bench.settle();
  bench.library.onCommit = (when, { batchId, ops }) => {
    if (when === 'asked') sent.push({ batchId, deletes: ops.filter(({ op }) => op === 'delete').length });
  };
});
afterEach(() => bench.stop());

const parts = () => ({
  clock: bench.clock,
  random: seededRandom(99),
  sha256: nodeSha256,
  openDisk: () => bench.disk,
});
const roots = () => [{ record: bench.record, journal: bench.journal, running: bench.root }];
const held = () => heldBatches(parts(), roots());
const only = async () => {
  const [batch] = await held();
  return batch ?? expect.fail('nothing is held');
};
const there = () => bench.library.paths().filter((path) => /^many\/\d/.test(path)).length;
const here = async () => Object.keys(await bench.files()).filter((path) => /^many\/\d/.test(path)).length;
const status = () =>
  rootStatusOf({ record: bench.record, running: bench.root, journal: bench.journal, restsFor: null });
async function remove(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await bench.disk.unlink(at(`many/${n}`));
}
const deletesSent = () => sent.reduce((sum, one) => sum + one.deletes, 0);

describe('a mass delete', () => {
  test('[S28] stays here, is told, and all else goes on', async () => {
    await remove(0, 60);
    await bench.settle();
    expect([there(), await here(), deletesSent()]).toEqual([FILES, 60, 0]);
    expect(status()).toMatchObject({ state: 'attention', heldDeletes: 60 });
    expect(status().sentence).toContain('60 deletes wait for your yes');
    await bench.write('new', 'new');
    await bench.saveByRename('other', 'edited');
    await bench.library.make('theirs', { text: 'theirs' });
    await bench.settle();
    expect(await bench.files()).toMatchObject({ new: 'new', other: 'edited', theirs: 'theirs' });
    expect(bench.library.paths()).toContain('new');
    expect([there(), await here(), deletesSent()]).toEqual([FILES, 60, 0]);
    const shown = await showHeldBatch(parts(), roots(), (await only()).batchId);
    expect(shown).toMatchObject({ files: 60, folders: 0 });
    expect(shown.paths).toHaveLength(60);
  });

  test('[S28] of what could not be read before lets the folder come to rest, and is all that is told', async () => {
    bench.root?.troubles.failed(bench.library.at('many/0').id, at('many/0'), { code: 'changing' });
    await remove(0, 60);
    await bench.settle();
    expect([bench.root?.idle, bench.journal.troubles()]).toEqual([true, []]);
    expect(status()).toMatchObject({ state: 'attention', heldDeletes: 60 });
  });

  test('[S28] of a folder with all that is in it holds the folder, too', async () => {
    await remove(0, FILES);
    await bench.disk.removeFolder(at('many'));
    await bench.settle();
    expect(await only()).toMatchObject({ files: FILES, folders: 1 });
    expect([there(), deletesSent()]).toEqual([FILES, 0]);
    await approveHeldBatch(parts(), roots(), (await only()).batchId);
    await bench.settle();
    expect(await bench.isSynced()).toBe(true);
    expect(bench.library.paths()).toEqual(['other']);
  });

  test('[S31] with a yes leaves as one batch, and what is deleted later is judged by itself', async () => {
    await remove(0, 60);
    await bench.settle();
    await approveHeldBatch(parts(), roots(), (await only()).batchId);
    await bench.settle();
    expect([there(), deletesSent(), await held()]).toEqual([60, 60, []]);
    expect(bench.journal.approvedIds()).toEqual([]);
    expect(status().state).toBe('upToDate');
    await remove(60, 61);
    await bench.settle();
    expect(there()).toBe(59);
    await remove(61, 115);
    await bench.settle();
    expect([there(), await here(), (await only()).files]).toEqual([59, 5, 54]);
    const batchOfYes = sent.find(({ deletes }) => deletes > 1)?.batchId;
    expect(sent.filter(({ batchId }) => batchId === batchOfYes)).toHaveLength(1);
  });

  test('[S31] that has grown since it was shown gets another name, and the old yes means nothing', async () => {
    await remove(0, 60);
    await bench.settle();
    const { batchId } = await only();
    await remove(60, 70);
    await bench.settle();
    await expect(approveHeldBatch(parts(), roots(), batchId)).rejects.toMatchObject({
      problem: { reason: 'batchMissing' },
    });
    expect(bench.journal.approvedIds()).toEqual([]);
    expect((await only()).files).toBe(70);
  });

  test('[S31] that a person takes back comes back from the server', async () => {
    await remove(0, FILES);
    await bench.disk.removeFolder(at('many'));
    await bench.settle();
    const before = bench.library.headSeq;
    await undoHeldBatch(parts(), roots(), (await only()).batchId);
    await bench.settle();
    expect([await here(), await held(), bench.library.headSeq]).toEqual([FILES, [], before]);
    expect((await bench.files())['many/7']).toBe('text 7');
    expect(await bench.isSynced()).toBe(true);
  });

  test.each(['asked', 'applied'] as const)(
    '[S31] that a person takes back comes back, also what an edit had sent whose answer was lost when it was %s',
    async (moment) => {
      let isCut = true;
      bench.library.onCommit = (when) => {
        if (isCut && when === moment) fail({ reason: 'unreachable', url: 'http://server', detail: 'cut' });
      };
      await bench.saveByRename('many/7', 'edited');
      bench.root?.rescan();
      await bench.pass(20_000);
      expect(bench.journal.sent()?.ops.length).toBe(1);
      await remove(0, 60);
      bench.root?.rescan();
      await bench.pass(20_000);
      expect((await only()).files).toBe(60);
      await undoHeldBatch(parts(), roots(), (await only()).batchId);
      await bench.pass(20_000);
      isCut = false;
      await bench.settle();
      expect([await here(), there(), await held()]).toEqual([FILES, FILES, []]);
      expect([(await bench.files())['many/7'], await bench.isSynced()]).toEqual(['edited', true]);
    },
  );

  test('[S28] whose files are put back is none any more', async () => {
    await remove(0, 60);
    await bench.settle();
    for (let n = 0; n < 60; n++) await bench.write(`many/${n}`, `text ${n}`);
    await bench.settle();
    expect([await held(), there(), deletesSent()]).toEqual([[], FILES, 0]);
    expect(await bench.isSynced()).toBe(true);
  });

  test('[S29] in portions below the threshold is held from the portion on that goes beyond it', async () => {
    await remove(0, 30);
    await bench.settle();
    expect([there(), deletesSent()]).toEqual([90, 30]);
    await bench.restart();
    await bench.settle();
    await remove(30, 60);
    await bench.settle();
    expect([there(), deletesSent(), (await only()).files]).toEqual([90, 30, 30]);
  });

  test('[S29] file by file, every few moments, is held before it leaves', async () => {
    for (let n = 0; n < 60; n++) {
      await remove(n, n + 1);
      bench.root?.rescan();
      await bench.pass(750);
    }
    await bench.settle();
    expect(deletesSent()).toBeLessThanOrEqual(10);
    expect(there()).toBeGreaterThanOrEqual(FILES - 10);
    expect((await only()).files).toBe(60 - deletesSent());
  });

  test('[S29] small portions in long intervals go on', async () => {
    for (let n = 0; n < 60; n += 10) {
      await remove(n, n + 10);
      await bench.settle();
      await bench.pass(11 * 60_000);
    }
    await bench.settle();
    expect([there(), await held()]).toEqual([60, []]);
  });

  test('[S28] below thresholds that were set is none', async () => {
    bench.journal.setDeleteThresholds({ files: null, percent: null });
    await remove(0, FILES);
    await bench.settle();
    expect([there(), await held()]).toEqual([0, []]);
    expect(new Set(sent.map(({ batchId }) => batchId)).size).toBe(1);
    expect(FILES).toBeLessThan(limits.opsPerCommitMax);
  });
});

describe('[S33] a hold ends by a person alone', () => {
  beforeEach(async () => {
    await remove(0, 60);
    await bench.settle();
    expect((await only()).files).toBe(60);
  });

  test('not when the library grows to where it would be no large part of it', async () => {
    await bench.library.make('more', 'folder');
    for (let n = 0; n < 200; n++) await bench.library.make(`more/${n}`, { text: `more ${n}` });
    await bench.settle();
    expect([there(), deletesSent(), (await only()).files]).toEqual([FILES, 0, 60]);
  });

  test('not when others edit so many that fewer are left than the thresholds name', async () => {
    for (let n = 0; n < 30; n++) await bench.library.write(`many/${n}`, `edited ${n}`);
    await bench.settle();
    expect([there(), await here(), deletesSent(), (await only()).files]).toEqual([FILES, 90, 0, 30]);
    await bench.restart();
    await bench.settle();
    expect([there(), deletesSent(), (await only()).files]).toEqual([FILES, 0, 30]);
  });

  test('not when only some are put back; when all are, what is deleted later is judged by itself', async () => {
    for (let n = 0; n < 55; n++) await bench.write(`many/${n}`, `text ${n}`);
    await bench.settle();
    expect([deletesSent(), (await only()).files]).toEqual([0, 5]);
    for (let n = 55; n < 60; n++) await bench.write(`many/${n}`, `text ${n}`);
    await bench.settle();
    await remove(0, 5);
    await bench.settle();
    expect([await held(), there(), deletesSent()]).toEqual([[], FILES - 5, 5]);
  });

  test('thresholds that are set judge anew', async () => {
    bench.journal.setDeleteThresholds({ files: 100, percent: null });
    await bench.settle();
    expect([await held(), there()]).toEqual([[], 60]);
  });
});

test('[S33] a hold to which portions before it led goes on when those are long past', async () => {
  await remove(0, 30);
  await bench.settle();
  await remove(30, 60);
  await bench.settle();
  expect((await only()).files).toBe(30);
  await bench.pass(20 * 60_000);
  await bench.settle();
  expect([there(), deletesSent(), (await only()).files]).toEqual([90, 30, 30]);
});

describe('[S30] a hold outlives the process', () => {
  test('that is started again', async () => {
    await remove(0, 60);
    await bench.settle();
    const { batchId } = await only();
    await bench.restart();
    await bench.settle();
    expect([there(), deletesSent(), (await only()).batchId]).toEqual([FILES, 0, batchId]);
  });

  test('that does not run: what waits is shown, and a yes is kept until it does', async () => {
    await remove(0, 60);
    await bench.settle();
    await bench.stop();
    const { batchId, sinceMs } = await only();
    expect(sinceMs).toBeNull();
    await approveHeldBatch(parts(), roots(), batchId);
    expect(await held()).toEqual([]);
    bench.start();
    await bench.settle();
    expect([there(), await bench.isSynced()]).toEqual([60, true]);
  });

  test('that is killed at any moment after the yes: exactly what was approved goes', async () => {
    for (const crashAt of [1, 2, 3, 5, 8, 13]) {
      await bench.stop();
      bench = await ShellBench.open();
      await bench.disk.makeFolder(at('many'));
      for (let n = 0; n < FILES; n++) await bench.write(`many/${n}`, `text ${n}`);
      bench.start();
      await bench.settle();
      await remove(0, 60);
      await bench.settle();
      await approveHeldBatch(parts(), roots(), (await only()).batchId);
      await remove(60, 115);
      bench.calls = 0;
      bench.crashAt = crashAt;
      bench.root?.rescan();
      await bench.pass(3_000);
      await bench.restart();
      await bench.settle();
      expect([crashAt, there(), (await only()).files]).toEqual([crashAt, 60, 55]);
    }
  });
});
