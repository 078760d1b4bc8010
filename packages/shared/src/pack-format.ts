import type { ChunkId } from './ids.ts';

/** How a chunk's bytes are stored in a pack. */
export type Codec = 'plain';

/** Where a chunk lies in its pack, and how to check the stored bytes without knowing any key. */
export interface PackEntry {
  readonly chunkId: ChunkId;
  readonly offset: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
  readonly codec: Codec;
  /** SHA-256 of the stored bytes; equal to the chunk id while the codec is `plain`. */
  readonly storedSha256: string;
}

const MAGIC = 'TSPK';
const VERSION = 1;
/** u32 length of the index, u8 version, 4 bytes of magic: the last bytes of every pack. */
export const PACK_FOOTER_BYTES = 9;

/**
 * The end of a pack: JSON index, then its length (u32, big-endian), version and magic.
 * A reader takes the last 9 bytes first, then the index; so packs can be verified from the store alone.
 */
export function encodePackEnd(
  entries: readonly PackEntry[],
  encode: (text: string) => Uint8Array,
): Uint8Array {
  const rows = entries.map((e) => [
    e.chunkId,
    e.offset,
    e.storedBytes,
    e.plainBytes,
    e.codec,
    e.storedSha256,
  ]);
  const index = encode(JSON.stringify(rows));
  const end = new Uint8Array(index.length + PACK_FOOTER_BYTES);
  end.set(index);
  new DataView(end.buffer).setUint32(index.length, index.length);
  end[index.length + 4] = VERSION;
  end.set(encode(MAGIC), index.length + 5);
  return end;
}

/** The inverse of `encodePackEnd` over a whole pack or any tail that holds the index; null if it is no pack. */
export function decodePackEnd(tail: Uint8Array, decode: (bytes: Uint8Array) => string): PackEntry[] | null {
  const at = tail.length - PACK_FOOTER_BYTES;
  if (at < 0 || decode(tail.subarray(at + 5)) !== MAGIC || tail[at + 4] !== VERSION) return null;
  const indexBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(at);
  if (indexBytes > at) return null;
  const rows = JSON.parse(decode(tail.subarray(at - indexBytes, at))) as unknown[][];
  return rows.map((row) => ({
    chunkId: row[0] as ChunkId,
    offset: row[1] as number,
    storedBytes: row[2] as number,
    plainBytes: row[3] as number,
    codec: row[4] as Codec,
    storedSha256: row[5] as string,
  }));
}
