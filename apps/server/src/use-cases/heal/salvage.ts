import type { AccountId, ChunkId, LibraryId, PackId, UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import { objectKeyOf } from '../../ports/object-store.ts';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { sha256Hex } from '../sha256-hex.ts';

export interface SalvagedChunk {
  readonly chunkId: ChunkId;
  readonly bytes: Uint8Array;
  /** Who has sent it: until it is verified it counts for that account alone. */
  readonly uploaderId: AccountId;
}

type SalvagePorts = Pick<ServerPorts, 'store' | 'clock' | 'random' | 'objectStore'>;
const utf8 = new TextEncoder();

/**
 * Puts chunks that are right, and whose packs are not, into packs of their own. They cost nobody anything, and the
 * verifier looks at them like at any others.
 */
export class Salvage {
  readonly #ports: SalvagePorts;
  readonly #libraryId: LibraryId;
  readonly #waiting = new Map<AccountId, SalvagedChunk[]>();
  count = 0;

  constructor(ports: SalvagePorts, libraryId: LibraryId) {
    this.#ports = ports;
    this.#libraryId = libraryId;
  }

  /** Errors: `storeUnavailable`, `serverDiskFull`, `databaseUnavailable`; what was not written is found again. */
  async add(chunk: SalvagedChunk): Promise<void> {
    const beside = this.#waiting.get(chunk.uploaderId) ?? [];
    const bytes = beside.reduce((sum, one) => sum + one.bytes.length, chunk.bytes.length);
    if (bytes > limits.packBytesMax || beside.length === limits.packChunksMax) {
      await this.#write(beside);
      this.#waiting.set(chunk.uploaderId, [chunk]);
    } else this.#waiting.set(chunk.uploaderId, [...beside, chunk]);
  }

  async finish(): Promise<void> {
    for (const chunks of this.#waiting.values()) await this.#write(chunks);
    this.#waiting.clear();
  }

  async #write(chunks: readonly SalvagedChunk[]): Promise<void> {
    const [first] = chunks;
    if (first === undefined) return;
    const { store, clock, random, objectStore } = this.#ports;
    const libraryId = this.#libraryId;
    const { bytes, entries } = packOf(chunks);
    const packId = newUuid(random) as PackId;
    const objectKey = objectKeyOf(libraryId, packId);
    await objectStore.write(objectKey, bytes);
    const { uploaderId } = first;
    const pack = { packId, uploadId: newUuid(random) as UploadId, uploaderId, objectKey };
    const facts = { sizeBytes: bytes.length, sha256: sha256Hex(bytes), atMs: clock.nowMs() };
    await store.transact(
      async (tx) => {
        if (!(await tx.tree.touchReferences(libraryId))) return;
        await tx.content.addSignedPacks(libraryId, [{ ...pack, ...facts }]);
        await tx.content.sealPack({ libraryId, packId, uploaderId, entries, charged: new Set() });
      },
      { repeatable: true },
    );
    this.count += chunks.length;
  }
}

function packOf(chunks: readonly SalvagedChunk[]): {
  readonly bytes: Uint8Array;
  readonly entries: readonly PackEntry[];
} {
  let offset = 0;
  const entries = chunks.map(({ chunkId, bytes }): PackEntry => {
    const at = offset;
    offset += bytes.length;
    const sizes = { storedBytes: bytes.length, plainBytes: bytes.length };
    return { chunkId, offset: at, ...sizes, codec: 'plain', storedSha256: chunkId };
  });
  const end = encodePackEnd(entries, (text) => utf8.encode(text));
  return { bytes: Buffer.concat([...chunks.map(({ bytes }) => bytes), end]), entries };
}
