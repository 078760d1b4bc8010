import { fileRevision } from '@tidesync/shared/chunk-list';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { nodeSha256 } from '../../adapters/node-environment.ts';
import type { Disk, WriteHandle } from '../../ports/disk.ts';
import { chunksOf, makeTransferFolder, noise } from '../../testing/transfer-bench.ts';
import { createAssembly } from './assembly.ts';
import type { DownloadOutcome } from './download-types.ts';
import { placesOf } from './read-chunks.ts';

test('[S68] what is copied from a file that is here stops when it is told to, and keeps what it has', async () => {
  const folder = await makeTransferFolder();
  const bytes = noise(9_000, 'nine chunks');
  const chunks = chunksOf(bytes, 1_000);
  const { contentId } = fileRevision(chunks, nodeSha256).revision;
  await folder.write('here', bytes);
  const stop = new AbortController();
  const reason = new Error('paused');
  let placed = 0;
  const onPlaced = () => {
    if (++placed === 3) stop.abort(reason);
  };
  const outcomes: DownloadOutcome[] = [];
  const temp = '.tidesync/tmp/a' as RelPath;
  const reuse = { path: 'here' as RelPath, chunks };
  const assembly = createAssembly(
    {
      ...{ disk: folder.disk, sha256: nodeSha256, onPlaced, onMoved: () => undefined },
      onOutcome: (outcome) => outcomes.push(outcome),
    },
    { contentId, sizeBytes: 9_000, temp, executable: false, mtimeMs: 1, reuse },
  );
  await expect(assembly.begin(chunks, stop.signal)).rejects.toBe(reason);
  await assembly.leave();
  expect([placed, outcomes]).toEqual([3, []]);
  expect(Buffer.compare(await folder.read(temp), bytes.subarray(0, 3_000))).toBe(0);
  await folder.remove();
});

test('writes that end at the same moment finish the file once', async () => {
  const folder = await makeTransferFolder();
  const bytes = noise(3_000, 'three chunks');
  const chunks = chunksOf(bytes, 1_000);
  const { contentId } = fileRevision(chunks, nodeSha256).revision;
  let written = 0;
  const gate = Promise.withResolvers<void>();
  const disk: Disk = {
    ...folder.disk,
    async createFile(path): Promise<WriteHandle> {
      const handle = await folder.disk.createFile(path);
      const write = async (part: Uint8Array, at: number) => {
        await handle.write(part, at);
        if (++written === chunks.length) gate.resolve();
        await gate.promise;
      };
      return { ...handle, write };
    },
  };
  const outcomes: DownloadOutcome[] = [];
  const temp = '.tidesync/tmp/a' as RelPath;
  const assembly = createAssembly(
    {
      ...{ disk, sha256: nodeSha256, onPlaced: () => undefined, onMoved: () => undefined },
      onOutcome: (outcome) => outcomes.push(outcome),
    },
    { contentId, sizeBytes: 3_000, temp, executable: false, mtimeMs: 1 },
  );
  await assembly.begin(chunks, new AbortController().signal);
  const writes = placesOf(chunks).map((place) =>
    assembly.write(place, bytes.subarray(place.offset, place.offset + 1_000)),
  );
  await Promise.all(writes);
  expect(outcomes).toMatchObject([{ is: 'fetched', receivedBytes: 3_000 }]);
  expect(Buffer.compare(await folder.read(temp), bytes)).toBe(0);
  await folder.remove();
});
