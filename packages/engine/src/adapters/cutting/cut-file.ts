import { readSync } from 'node:fs';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { createChunking } from '../../core/chunking.ts';
import { nodeSha256Stream } from '../node-environment.ts';

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
  const chunking = createChunking(nodeSha256Stream);
  for (let position = 0; position <= file.sizeBytes; ) {
    if (!mayGoOn(position)) return null;
    const length = readSync(file.fd, block, 0, BLOCK_BYTES, position);
    if (length === 0) break;
    position += length;
    chunking.feed(block.subarray(0, length));
  }
  return chunking.finish();
}
