import { createCuts } from '@tidesync/engine/core/cut';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import type { Sha256Stream } from '@tidesync/shared/sha256';
import { sha256Stream } from '@tidesync/shared/sha256';

const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Cuts a file as the engine does, so that equal content has equal chunks wherever it was uploaded. Rejects with the
 * browser's own error where the file cannot be read any more, or with the signal's reason.
 */
export async function cutBlob(blob: Blob, signal: AbortSignal): Promise<ChunkRef[]> {
  const cuts = createCuts();
  const chunks: ChunkRef[] = [];
  const open: { hash: Sha256Stream; sizeBytes: number } = { hash: sha256Stream(), sizeBytes: 0 };
  const end = () => {
    chunks.push({ id: open.hash.digest() as ChunkId, sizeBytes: open.sizeBytes });
    open.hash = sha256Stream();
    open.sizeBytes = 0;
  };
  const take = (slice: Uint8Array) => {
    open.hash.update(slice);
    open.sizeBytes += slice.length;
  };
  for (let at = 0; at < blob.size; at += SLICE_BYTES) {
    signal.throwIfAborted();
    const slice = new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer());
    let from = 0;
    for (const to of cuts.feed(slice)) {
      take(slice.subarray(from, to));
      end();
      from = to;
    }
    take(slice.subarray(from));
  }
  if (cuts.finish() > 0) end();
  return chunks;
}
