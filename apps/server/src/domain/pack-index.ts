import type { PackEntry } from '@tidesync/shared/pack-format';
import { decodePackEnd, PACK_FOOTER_BYTES } from '@tidesync/shared/pack-format';
import { packEntry } from '@tidesync/shared/wire/content';
import { z } from 'zod';

const index = z.array(packEntry).min(1);

/** The index at the end of a whole pack; null for bytes that are no pack, whoever made them. */
export function readPackIndex(
  pack: Uint8Array,
  decode: (bytes: Uint8Array) => string,
): readonly PackEntry[] | null {
  try {
    const parsed = index.safeParse(decodePackEnd(pack, decode));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export interface SaidOfPack {
  /** When it was sealed. */
  readonly said: readonly PackEntry[];
  /** Chunks that are not kept any more are not said to be in it, and no fault. */
  readonly mayLack: boolean;
}

/**
 * Why the index cannot speak of these bytes, or speaks otherwise than what was said when the pack was sealed; null
 * if it agrees. The chunks' hashes are another question.
 */
export function indexFault(
  packBytes: number,
  index: readonly PackEntry[],
  { said, mayLack }: SaidOfPack,
): string | null {
  const saidOf = new Map(said.map((entry) => [entry.chunkId, entry]));
  for (const entry of index) {
    const { chunkId, offset, storedBytes, plainBytes, codec, storedSha256 } = entry;
    if (offset + storedBytes > packBytes - PACK_FOOTER_BYTES) return 'its index names bytes outside of it';
    const other = saidOf.get(chunkId);
    if (other === undefined && mayLack) continue;
    const agrees =
      other !== undefined &&
      other.offset === offset &&
      other.storedBytes === storedBytes &&
      other.plainBytes === plainBytes &&
      other.codec === codec &&
      other.storedSha256 === storedSha256;
    if (!agrees) return 'its index says otherwise than what was sealed';
  }
  return null;
}
