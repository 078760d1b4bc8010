import { fileRevision } from '@tidesync/shared/chunk-list';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { nodeSha256 } from '../../adapters/node-environment.ts';
import type { Disk, WriteHandle } from '../../ports/disk.ts';
import { chunksOf, makeTransferFolder, noise } from '../../testing/transfer-bench.ts';
import { createAssembly } from './assembly.ts';
import type { DownloadOutcome } from './download-types.ts';
import { placesOf } from './read-chunks.ts';

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
  await assembly.begin(chunks);
  const writes = placesOf(chunks).map((place) =>
    assembly.write(place, bytes.subarray(place.offset, place.offset + 1_000)),
  );
  await Promise.all(writes);
  expect(outcomes).toMatchObject([{ is: 'fetched', receivedBytes: 3_000 }]);
  expect(Buffer.compare(await folder.read(temp), bytes)).toBe(0);
  await folder.remove();
});
