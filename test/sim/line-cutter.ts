import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { sameStamp } from '@tidesync/engine/core/entry';
import type { Cutter } from '@tidesync/engine/ports/cutter';
import type { Disk } from '@tidesync/engine/ports/disk';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId } from '@tidesync/shared/ids';
import { bytesOf } from './disk-texts.ts';

const NEW_LINE = 10;

/** A chunk for each line: so small files have several, and files that share lines share chunks. */
function cutLines(bytes: Uint8Array): ChunkRef[] {
  const chunks: ChunkRef[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEW_LINE, from);
    const to = end < 0 ? bytes.length : end + 1;
    chunks.push({ id: nodeSha256(bytes.subarray(from, to)) as ChunkId, sizeBytes: to - from });
    from = to;
  }
  return chunks;
}

/** The content id of a text that was cut by this cutter. */
export function contentIdOfText(text: string): ContentId {
  return fileRevision(cutLines(bytesOf(text)), nodeSha256).revision.contentId;
}

/** As the real one reads a file, but over the port, so that it takes its turns. */
export function lineCutter(disk: Disk): Cutter & { close(): Promise<void> } {
  return {
    async cut(path, signal) {
      signal.throwIfAborted();
      const handle = await disk.openForRead(path);
      try {
        const node = await handle.stat();
        const bytes = new Uint8Array(node.stamp.sizeBytes);
        const readBytes = await handle.read(bytes, 0);
        const after = await handle.stat();
        signal.throwIfAborted();
        if (readBytes < bytes.length || !sameStamp(node.stamp, after.stamp)) return { is: 'changed' };
        return { is: 'cut', node, chunks: cutLines(bytes) };
      } finally {
        await handle.close();
      }
    },
    close: async () => undefined,
  };
}
