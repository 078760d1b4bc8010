import { createCipheriv, createHash } from 'node:crypto';
import { nodeSha256, nodeSha256Stream } from '@tidesync/engine/adapters/node-environment';
import { createChunking } from '@tidesync/engine/core/chunking';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId } from '@tidesync/shared/ids';

const BLOCK_BYTES = 16;
const SLICE_BYTES = 1024 * 1024;
const zeros = Buffer.alloc(SLICE_BYTES + BLOCK_BYTES);

/** Content that is made when it is read, so that 100 files of 10 MB take no memory; the same for the same seed. */
export interface MadeContent {
  readonly seed: string;
  readonly sizeBytes: number;
  /** The bytes at that position; fewer only at the end, none behind it. */
  read(position: number, length: number): Buffer;
}

/** AES in counter mode looks like chance, does not compress, and can begin anywhere. */
export function madeContent(seed: string, sizeBytes: number): MadeContent {
  const key = createHash('sha256').update(seed).digest();
  const slice = (position: number, length: number): Buffer => {
    const counter = Buffer.alloc(BLOCK_BYTES);
    counter.writeBigUInt64BE(BigInt(Math.floor(position / BLOCK_BYTES)), 8);
    const skipped = position % BLOCK_BYTES;
    const stream = createCipheriv('aes-256-ctr', key, counter);
    return stream.update(zeros.subarray(0, length + skipped)).subarray(skipped);
  };
  return {
    seed,
    sizeBytes,
    read(position, length) {
      const end = Math.min(sizeBytes, position + length);
      const parts: Buffer[] = [];
      for (let at = position; at < end; at += SLICE_BYTES) {
        parts.push(slice(at, Math.min(SLICE_BYTES, end - at)));
      }
      return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    },
  };
}

export interface CutContent {
  readonly contentId: ContentId;
  readonly chunks: readonly ChunkRef[];
}

/** Cuts and hashes it as a device does a file. */
export function cutContent(content: MadeContent): CutContent {
  const chunking = createChunking(nodeSha256Stream);
  for (let position = 0; position < content.sizeBytes; position += SLICE_BYTES)
    chunking.feed(content.read(position, SLICE_BYTES));
  const chunks = chunking.finish();
  return { contentId: fileRevision(chunks, nodeSha256).revision.contentId, chunks };
}
