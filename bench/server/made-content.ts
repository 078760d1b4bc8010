import { createCipheriv, createHash } from 'node:crypto';
import { createCuts } from '@tidesync/engine/core/cut';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId } from '@tidesync/shared/ids';

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
  const cuts = createCuts();
  const chunks: ChunkRef[] = [];
  let hash = createHash('sha256');
  let sizeBytes = 0;
  const take = (part: Uint8Array) => {
    hash.update(part);
    sizeBytes += part.length;
  };
  const end = () => {
    chunks.push({ id: hash.digest('hex') as ChunkId, sizeBytes });
    hash = createHash('sha256');
    sizeBytes = 0;
  };
  for (let position = 0; position < content.sizeBytes; position += SLICE_BYTES) {
    const slice = content.read(position, SLICE_BYTES);
    let from = 0;
    for (const to of cuts.feed(slice)) {
      take(slice.subarray(from, to));
      end();
      from = to;
    }
    take(slice.subarray(from));
  }
  if (cuts.finish() > 0) end();
  const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
  return { contentId: fileRevision(chunks, sha256).revision.contentId, chunks };
}
