import { createChunking } from '@tidesync/engine/core/chunking';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { sha256Stream } from '@tidesync/shared/sha256';

const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Cuts a file as the engine does, so that equal content has equal chunks wherever it was uploaded. Rejects with the
 * browser's own error where the file cannot be read any more, or with the signal's reason.
 */
export async function cutBlob(blob: Blob, signal: AbortSignal): Promise<ChunkRef[]> {
  const chunking = createChunking(sha256Stream);
  for (let at = 0; at < blob.size; at += SLICE_BYTES) {
    signal.throwIfAborted();
    chunking.feed(new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
  }
  return chunking.finish();
}
