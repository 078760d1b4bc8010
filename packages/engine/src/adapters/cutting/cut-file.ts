import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { createCuts } from '../../core/cut.ts';

const BLOCK_BYTES = 1024 * 1024;
let block: Uint8Array | null = null;

export interface OpenedFile {
  readonly fd: number;
  /** What it had when it was opened. */
  readonly sizeBytes: number;
}

/**
 * Cuts and hashes an open file from its start to its end, on the thread that calls; not much further than it was
 * long, in case it grows all the time. Null if `mayGoOn` denied it between two blocks; it hears how many bytes are
 * read. Throws the system's errors.
 */
export function cutFile(file: OpenedFile, mayGoOn: (readBytes: number) => boolean): ChunkRef[] | null {
  block ??= new Uint8Array(BLOCK_BYTES);
  const cuts = createCuts();
  const chunks: ChunkRef[] = [];
  let hash: Hash = createHash('sha256');
  let sizeBytes = 0;
  const end = (): void => {
    chunks.push({ id: hash.digest('hex') as ChunkId, sizeBytes });
    hash = createHash('sha256');
    sizeBytes = 0;
  };
  const take = (slice: Uint8Array): void => {
    hash.update(slice);
    sizeBytes += slice.length;
  };
  for (let position = 0; position <= file.sizeBytes; ) {
    if (!mayGoOn(position)) return null;
    const length = readSync(file.fd, block, 0, BLOCK_BYTES, position);
    if (length === 0) break;
    position += length;
    const slice = block.subarray(0, length);
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
