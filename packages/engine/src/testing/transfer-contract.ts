import { appendFile, rm, truncate, utimes } from 'node:fs/promises';
import type { LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeRandom, nodeSha256 } from '../adapters/node-environment.ts';
import type { Disk } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { ObjectTransfer } from '../ports/server.ts';
import type { Downloader, DownloadProgress, DownloadServer } from '../shell/transfer/download-types.ts';
import { createDownloader } from '../shell/transfer/downloader.ts';
import { UNPACED } from '../shell/transfer/pace.ts';
import { transferLimits } from '../shell/transfer/transfer-limits.ts';
import type { Uploader, UploadFile, UploadProgress, UploadServer } from '../shell/transfer/upload-types.ts';
import { createUploader } from '../shell/transfer/uploader.ts';
import type { TransferFolder, WatchedObjects } from './transfer-bench.ts';
import { fetchOf, hastyClock, makeTransferFolder, noise, tempOf, watchedObjects } from './transfer-bench.ts';

/** A server with one library that has no content yet, and a device that may write to it. */
export interface TransferWorld {
  readonly libraryId: LibraryId;
  readonly server: UploadServer & DownloadServer;
  readonly objects: ObjectTransfer;
  close(): Promise<void>;
}
export type MakeTransferWorld = (limitBytes: number) => Promise<TransferWorld>;

const MB = 1_000_000;
const never = new AbortController().signal;
const cutShort = () =>
  Promise.reject(
    new Failure({ reason: 'unreachable', url: 'http://store', detail: 'the connection was cut' }),
  );

/** Uploader and downloader against a server and its object store, on a real disk. */
export function transferContract(name: string, makeWorld: MakeTransferWorld): void {
  describe(`${name} moves bytes`, () => {
    let world: TransferWorld;
    let folder: TransferFolder;
    let objects: WatchedObjects;
    let sent: UploadProgress[];
    let got: DownloadProgress[];

    const endsOn = (disk: Disk) => ({
      ...world,
      ...{ objects, disk, clock: hastyClock, random: nodeRandom, sha256: nodeSha256, pace: UNPACED },
    });
    const uploaderOn = (disk: Disk): Uploader =>
      createUploader({
        resumeKey: null,
        ...endsOn(disk),
        onProgress: (progress) => sent.push(progress),
      });
    const downloaderOn = (disk: Disk): Downloader =>
      createDownloader({
        ...endsOn(disk),
        onProgress: (progress) => got.push(progress),
      });
    const upload = (...files: UploadFile[]) => uploaderOn(folder.disk).upload(files, never);
    const written = async (path: string, sizeBytes: number, chunkBytes?: number) => {
      await folder.write(path, noise(sizeBytes, path));
      return folder.cut(path, chunkBytes);
    };
    /** Three ranges arrive; when that much of them is in place, the line is dead. */
    const cutAfter = (placedBytes: number, inner: ObjectTransfer): ObjectTransfer['getRange'] => {
      let ranges = 0;
      return async (...range) => {
        if (++ranges <= 3) return inner.getRange(...range);
        await vi.waitFor(() => expect(got.at(-1)?.doneBytes).toBeGreaterThan(placedBytes));
        return cutShort();
      };
    };
    const expectFetched = async (...files: UploadFile[]) => {
      const outcomes = await downloaderOn(folder.disk).download(
        files.map((file) => fetchOf(file)),
        never,
      );
      for (const [index, file] of files.entries()) {
        expect(outcomes[index]).toMatchObject({ is: 'fetched' });
        expect(Buffer.compare(await folder.read(tempOf(file)), await folder.read(file.path))).toBe(0);
      }
    };
    const begin = async (limitBytes = 1_000 * MB) => {
      world = await makeWorld(limitBytes);
      objects = watchedObjects(world.objects);
    };

    beforeEach(async () => {
      [sent, got] = [[], []];
      folder = await makeTransferFolder();
    });
    afterEach(async () => {
      await world.close();
      await folder.remove();
    });

    test('[B24] many small files and an empty one share one pack and one range', async () => {
      await begin();
      const files: UploadFile[] = [];
      for (let i = 0; i < 300; i++) files.push(await written(`small ${i}`, 10 + i * 7));
      files.push(await written('empty', 0));
      const outcomes = await upload(...files);
      expect(outcomes.filter(({ is }) => is === 'staged')).toHaveLength(301);
      expect(objects.puts).toBe(1);
      await expectFetched(...files);
      expect(objects.gets).toBe(1);
    });

    test('[B3] what the server has is not sent again, by another uploader either', async () => {
      await begin();
      const file = await written('a', 3 * MB);
      expect(await upload(file)).toEqual([{ is: 'staged', sentBytes: 3 * MB }]);
      await folder.write('b', await folder.read('a'));
      expect(await upload(file, await folder.cut('b'))).toEqual([
        { is: 'staged', sentBytes: 0 },
        { is: 'staged', sentBytes: 0 },
      ]);
      expect(objects.puts).toBe(1);
    });

    test('[B3] equal content in one call, or in calls side by side, is sent once', async () => {
      await begin();
      const [one, two] = [await written('one', MB), await written('two', MB)];
      await folder.write('copy', await folder.read('one'));
      const copy = await folder.cut('copy');
      const uploader = uploaderOn(folder.disk);
      const calls = [uploader.upload([one, copy], never), uploader.upload([copy, two], never)];
      const outcomes = (await Promise.all(calls)).flat();
      expect(outcomes.every(({ is }) => is === 'staged')).toBe(true);
      expect(objects.sentBytes).toBeLessThan(2.1 * MB);
      await expectFetched(one, two, copy);
    });

    test('a large file fills several packs and comes back in ranges', async () => {
      await begin();
      const file = await written('large', 40 * MB);
      expect(await upload(file)).toEqual([{ is: 'staged', sentBytes: 40 * MB }]);
      expect(objects.puts).toBe(3);
      expect(sent.at(-1)).toEqual({
        path: 'large',
        doneBytes: 40 * MB,
        totalBytes: 40 * MB,
        sentBytes: 40 * MB,
      });
      await expectFetched(file);
      expect(got.at(-1)).toEqual({ temp: tempOf(file), doneBytes: 40 * MB, totalBytes: 40 * MB });
    });

    test('[B4] a list of more than 1,024 chunks travels as chunks itself', async () => {
      await begin();
      const file = await written('long list', 5_000, 4);
      expect(await upload(file)).toEqual([{ is: 'staged', sentBytes: 5_000 }]);
      await expectFetched(file);
    });

    test('attributes are set, and the outcome has the node as it lies there', async () => {
      await begin();
      const file = await written('tool', 1_000);
      await upload(file);
      const orders = [fetchOf(file, { executable: true, mtimeMs: 1_234_567_890_123 })];
      const [outcome] = await downloaderOn(folder.disk).download(orders, never);
      const node = await folder.disk.look(tempOf(file));
      expect(outcome).toEqual({ is: 'fetched', node, receivedBytes: 1_000 });
      expect(node).toMatchObject({ executable: true, mtimeMs: 1_234_567_890_123 });
    });

    describe('of a file that is not what was cut', () => {
      test('[B16] [B20] nothing small is sent, and the others go on', async () => {
        await begin();
        const [file, other] = [await written('changing', 5_000), await written('quiet', 5_000)];
        await appendFile(folder.absolute('changing'), 'more');
        expect(await upload(file, other)).toEqual([{ is: 'changed' }, { is: 'staged', sentBytes: 5_000 }]);
        await expectFetched(other);
      });

      test('a gone one is changed, too', async () => {
        await begin();
        const file = await written('gone', 5_000);
        await rm(folder.absolute('gone'));
        expect(await upload(file)).toEqual([{ is: 'changed' }]);
      });

      test('[B16] other bytes with the same size and time are told by their hash', async () => {
        await begin();
        const file = await written('same looks', 5_000);
        await folder.write('same looks', noise(5_000, 'other'));
        const when = Number(file.stamp.mtimeNs) / 1e9;
        await utimes(folder.absolute('same looks'), when, when);
        const { stamp } = await folder.cut('same looks');
        expect(await upload({ ...file, stamp })).toEqual([{ is: 'changed' }]);
      });

      test('[B16] a large one that changes while it is read is never staged', async () => {
        await begin();
        // More than the pack buffers hold: while the first pack travels, its end cannot have been read yet.
        const sizeBytes = (transferLimits.packBuffersMax + 2) * limits.packBytesMax;
        const file = await written('large', sizeBytes);
        objects.beforePut = (put) => {
          if (put !== 1) return undefined;
          return truncate(folder.absolute('large'), sizeBytes - MB).then(() => 'expired' as const);
        };
        expect(await upload(file)).toEqual([{ is: 'changed' }]);
        const [outcome] = await downloaderOn(folder.disk).download([fetchOf(file)], never);
        expect(outcome).toEqual({ is: 'trouble', trouble: { code: 'contentMissing' } });
      });

      test('a copy elsewhere in the call gives the bytes in its place', async () => {
        await begin();
        const file = await written('changing', 5_000);
        await folder.write('copy', await folder.read('changing'));
        const copy = await folder.cut('copy');
        await appendFile(folder.absolute('changing'), 'more');
        expect(await upload(file, copy)).toEqual([{ is: 'changed' }, { is: 'staged', sentBytes: 5_000 }]);
      });
    });

    test('an unreadable file has its trouble', async () => {
      await begin();
      const file = await written('secret', 5_000);
      const disk: Disk = {
        ...folder.disk,
        openForRead: (path) => Promise.reject(new DiskError('denied', path)),
      };
      expect(await uploaderOn(disk).upload([file], never)).toEqual([
        { is: 'trouble', trouble: { code: 'unreadable' } },
      ]);
    });

    test('[B18] an address that expired is signed again', async () => {
      await begin();
      const file = await written('a', 5_000);
      objects.beforePut = (put) => (put === 1 ? Promise.resolve('expired') : undefined);
      expect(await upload(file)).toEqual([{ is: 'staged', sentBytes: 5_000 }]);
      objects.afterGet = (bytes, get) => (get === 1 ? 'expired' : bytes);
      await expectFetched(file);
    });

    test('[B18] a connection that is cut is tried again, and a call that fails goes on where it was', async () => {
      await begin();
      const [small, large] = [await written('small', 5_000), await written('large', 40 * MB)];
      objects.beforePut = (put) => (put === 1 ? cutShort() : undefined);
      expect(await upload(small)).toEqual([{ is: 'staged', sentBytes: 5_000 }]);
      const uploader = uploaderOn(folder.disk);
      objects.beforePut = (put) => (put > 4 ? cutShort() : undefined);
      await expect(uploader.upload([large], never)).rejects.toMatchObject({
        problem: { reason: 'unreachable' },
      });
      objects.beforePut = null;
      objects.sentBytes = 0;
      const [outcome] = await uploader.upload([large], never);
      expect(outcome).toMatchObject({ is: 'staged' });
      expect(objects.sentBytes).toBeLessThan(25 * MB);
      await expectFetched(large);
    });

    test('[B17] quota: what fits goes, smallest first, and the rest says why not', async () => {
      await begin(3 * MB);
      const files = [await written('big', 2.9 * MB), await written('a', MB), await written('b', MB)];
      const outcomes = await upload(...files);
      expect(outcomes[0]).toMatchObject({
        is: 'trouble',
        trouble: { code: 'refused', problem: { reason: 'quotaExceeded', limitBytes: 3 * MB } },
      });
      expect(outcomes.slice(1).map(({ is }) => is)).toEqual(['staged', 'staged']);
    });

    test('an aborted call rejects with the reason, and leaves nothing behind that a new one cannot use', async () => {
      await begin();
      const file = await written('a', 20 * MB);
      const stop = new AbortController();
      objects.beforePut = () => {
        stop.abort(new Error('paused'));
        return undefined;
      };
      const uploader = uploaderOn(folder.disk);
      await expect(uploader.upload([file], stop.signal)).rejects.toThrow('paused');
      objects.beforePut = null;
      expect(await uploader.upload([file], never)).toMatchObject([{ is: 'staged' }]);
      await expectFetched(file);
    });

    describe('a download', () => {
      test('[B19] never writes a byte that fails its hash, and asks again', async () => {
        await begin();
        const file = await written('a', 3 * MB);
        await upload(file);
        objects.afterGet = (bytes, get) => {
          if (get === 1) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
          return bytes;
        };
        await expectFetched(file);
        objects.afterGet = (bytes) => bytes.fill(0);
        const [outcome] = await downloaderOn(folder.disk).download(
          [fetchOf(file, { temp: 't' as RelPath })],
          never,
        );
        expect(outcome).toEqual({ is: 'trouble', trouble: { code: 'contentMissing' } });
        expect(await folder.disk.look('t' as RelPath)).toBeNull();
      });

      test('[B20] of what the server does not know is trouble of that file alone', async () => {
        await begin();
        const [known, unknown] = [await written('known', 5_000), await written('unknown', 5_000)];
        await upload(known);
        const orders = [fetchOf(unknown), fetchOf(known)];
        const heard: string[] = [];
        const outcomes = await downloaderOn(folder.disk).download(orders, never, (_file, { is }) =>
          heard.push(is),
        );
        expect(outcomes).toMatchObject([
          { is: 'trouble', trouble: { code: 'contentMissing' } },
          { is: 'fetched' },
        ]);
        expect(heard).toEqual(['trouble', 'fetched']);
      });

      test('[B21] that was interrupted fetches only what it does not hold yet', async () => {
        await begin();
        const file = await written('a', 40 * MB);
        await upload(file);
        const inner = world.objects;
        objects = watchedObjects({ ...inner, getRange: cutAfter(20 * MB, inner) });
        const first = downloaderOn(folder.disk).download([fetchOf(file)], never);
        await expect(first).rejects.toMatchObject({ problem: { reason: 'unreachable' } });
        objects = watchedObjects(inner);
        await expectFetched(file);
        expect(objects.receivedBytes).toBeLessThan(20 * MB);
        expect(await folder.temps()).toEqual([file.contentId]);
      });

      test('[B22] copies from a local file what has not changed, and checks it', async () => {
        await begin();
        const file = await written('new', 8 * MB);
        await upload(file);
        // What is left of the old file: its first half, of which one byte is other than it was.
        const half = Uint8Array.from((await folder.read('new')).subarray(0, 4 * MB));
        half[2_000_000] = (half[2_000_000] as number) ^ 1;
        await folder.write('half', half);
        const order = fetchOf(file, { reuse: { path: 'half' as RelPath, chunks: file.chunks } });
        const [outcome] = await downloaderOn(folder.disk).download([order], never);
        expect(outcome).toMatchObject({ is: 'fetched' });
        expect(objects.receivedBytes).toBeGreaterThan(5 * MB);
        expect(objects.receivedBytes).toBeLessThan(6.5 * MB);
        expect(Buffer.compare(await folder.read(order.temp), await folder.read('new'))).toBe(0);
      });

      test('[B23] asks for room before it begins, and lets through what fits', async () => {
        await begin();
        const [small, large] = [await written('small', 5_000), await written('large', 5 * MB)];
        await upload(small, large);
        const freeBytes = 64 * 1024 * 1024 + 100_000;
        const disk: Disk = { ...folder.disk, freeBytes: () => Promise.resolve(freeBytes) };
        const outcomes = await downloaderOn(disk).download([fetchOf(large), fetchOf(small)], never);
        expect(outcomes).toMatchObject([
          { is: 'trouble', trouble: { code: 'diskFull', neededBytes: 5 * MB } },
          { is: 'fetched' },
        ]);
      });

      test('whose disk fills up meanwhile removes its temporary file', async () => {
        await begin();
        const file = await written('a', 5 * MB);
        await upload(file);
        const disk: Disk = {
          ...folder.disk,
          async createFile(path) {
            const handle = await folder.disk.createFile(path);
            const write = () => Promise.reject(new DiskError('full', path));
            return { ...handle, write };
          },
        };
        const [outcome] = await downloaderOn(disk).download([fetchOf(file)], never);
        expect(outcome).toEqual({ is: 'trouble', trouble: { code: 'diskFull', neededBytes: 5 * MB } });
        expect(await folder.temps()).toEqual([]);
      });
    });
  });
}
