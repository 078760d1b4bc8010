import type { LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeRandom, nodeSha256 } from '../../adapters/node-environment.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { createMemoryServer } from '../../testing/memory-server.ts';
import type { TransferFolder } from '../../testing/transfer-bench.ts';
import { fetchOf, makeTransferFolder, noise, settled, watchedObjects } from '../../testing/transfer-bench.ts';
import { createDownloader } from './downloader.ts';
import { LimitedPace } from './pace.ts';
import { transferLimits } from './transfer-limits.ts';
import { createUploader } from './uploader.ts';

const libraryId = '5f3c1d2e-0000-4000-8000-000000000001' as LibraryId;
const never = new AbortController().signal;
const MB = 1_000_000;
/** Longer than an address lives, at the slowest limit. */
const LONG_BYTES = 48 * MB;
const STEP_MS = 100;

let folder: TransferFolder;
beforeEach(async () => {
  folder = await makeTransferFolder();
});
afterEach(() => folder.remove());

function world() {
  const clock = new FakeClock();
  const memory = createMemoryServer(clock, 10 ** 12);
  const objects = watchedObjects(memory.objects);
  const pace = new LimitedPace(clock);
  const told: number[] = [];
  const ports = { server: memory.server, objects, disk: folder.disk, libraryId, pace, clock };
  const all = { ...ports, random: nodeRandom, sha256: nodeSha256 };
  const onProgress = ({ doneBytes }: { doneBytes: number }) => told.push(doneBytes);
  const uploader = createUploader({ ...all, resumeKey: null, onProgress });
  const downloader = createDownloader({ ...all, onProgress });
  /** Lets time go on until the work is done; answers how long it took. */
  const timed = async (work: Promise<unknown>) => {
    let isOver = false;
    const end = work.finally(() => {
      isOver = true;
    });
    const startedMs = clock.monotonicMs();
    for (let turns = 1; !isOver; turns++) {
      await settled();
      // What has to do with the disk takes real time, in which this clock stands.
      if (clock.sleepers > 0 || turns % 50 === 0) clock.advance(STEP_MS);
    }
    await end;
    return clock.monotonicMs() - startedMs;
  };
  return { clock, objects, pace, told, uploader, downloader, timed };
}

describe('[B52] at the slowest limit', () => {
  test('every pack of a long upload is sent once, whatever waited for its turn', async () => {
    const t = world();
    await folder.write('long', noise(LONG_BYTES, 'long'));
    const file = await folder.cut('long');
    t.pace.limitTo(limits.speedLimitBytesMin);
    const tookMs = await t.timed(t.uploader.upload([file], never));
    expect(tookMs).toBeGreaterThan(limits.signedPutLifeMs);
    expect(t.objects.puts).toBe(Math.ceil(LONG_BYTES / limits.packBytesMax));
    expect(tookMs * limits.speedLimitBytesMin).toBeGreaterThanOrEqual(t.objects.sentBytes * 1_000);
  }, 120_000);

  test('a long download takes another address in the middle of a range, and fetches nothing twice', async () => {
    const t = world();
    await folder.write('long', noise(LONG_BYTES, 'long'));
    const file = await folder.cut('long');
    await t.uploader.upload([file], never);
    t.pace.limitTo(limits.speedLimitBytesMin);
    let expired = 0;
    t.objects.afterGet = (bytes) => bytes;
    const { getRange } = t.objects;
    t.objects.getRange = async (...asked) => {
      const got = await getRange(...asked);
      if (got === 'expired') expired++;
      else expect(got.length).toBeLessThanOrEqual(transferLimits.pacePortionBytesMin);
      return got;
    };
    const tookMs = await t.timed(t.downloader.download([fetchOf(file)], never));
    expect(expired).toBeGreaterThan(0);
    expect(t.objects.receivedBytes).toBe(LONG_BYTES);
    expect(tookMs * limits.speedLimitBytesMin).toBeGreaterThanOrEqual(LONG_BYTES * 1_000);
    expect(Buffer.compare(await folder.read(fetchOf(file).temp), noise(LONG_BYTES, 'long'))).toBe(0);
  }, 120_000);
});

describe('[B54] what has gone is told while a pack or a range is on its way', () => {
  test('up and down, never more than there is', async () => {
    const t = world();
    await folder.write('file', noise(3 * MB, 'file'));
    const file = await folder.cut('file');
    t.pace.limitTo(1 * MB);
    await t.timed(t.uploader.upload([file], never));
    const up = t.told.splice(0);
    await t.timed(t.downloader.download([fetchOf(file)], never));
    for (const told of [up, t.told]) {
      expect(told.length).toBeGreaterThan(8);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(3 * MB);
      expect(told.filter((bytes) => bytes > 0 && bytes < 3 * MB).length).toBeGreaterThan(8);
    }
  });

  test('a try that is cut off is taken back', async () => {
    const t = world();
    await folder.write('file', noise(3 * MB, 'file'));
    const file = await folder.cut('file');
    t.pace.limitTo(1 * MB);
    const { put } = t.objects;
    let tries = 0;
    t.objects.put = async (signed, bytes, way) => {
      if (++tries > 1) return put(signed, bytes, way);
      for (let n = 0; n < 4; n++) await way.take(1 * MB);
      t.pace.limitTo(null);
      t.pace.limitTo(100_000); // less than it was given last: it goes on in its turn
      await way.take(1);
      return 'stored';
    };
    await t.timed(t.uploader.upload([file], never));
    expect(tries).toBe(2);
    const fell = t.told.findIndex((bytes, n) => n > 0 && bytes < (t.told[n - 1] as number));
    expect(fell).toBeGreaterThan(0);
    expect(t.told.at(-1)).toBe(3 * MB);
  });
});
