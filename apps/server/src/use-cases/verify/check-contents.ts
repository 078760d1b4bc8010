import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { contentIdInput, decodeRefs } from '@tidesync/shared/chunk-list';
import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { FoundLocation } from '../../ports/store-content.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { CheckPorts } from './check-packs.ts';
import type { UnsoundPacks } from './chunk-reader.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { VerifyWatch } from './verify-watch.ts';
import { counting } from './verify-watch.ts';

/** Contents remembered as damaged, of one library; beyond that only counted. */
const DAMAGED_CONTENTS_MAX = 100_000;

export interface CheckedLibrary {
  readonly libraryId: LibraryId;
  readonly unsound: UnsoundPacks;
  /** Its packs were read: what no one has verified then, no pack has. */
  readonly deep: boolean;
}
export interface CheckedContents {
  readonly contents: number;
  /** Contents that cannot be put together whole, and why. */
  readonly damaged: ReadonlyMap<ContentId, string>;
}

/**
 * Looks whether every content that anyone has staged into a library can be put together: its chunk list hashes to its
 * id, and each chunk lies in a sound pack, or at least its own bytes there are right.
 * Errors: `storeUnavailable`, `databaseUnavailable`.
 */
export async function checkContents(
  ports: CheckPorts,
  library: CheckedLibrary,
  watch: VerifyWatch,
): Promise<CheckedContents> {
  const { rows } = ports.store.read;
  const { libraryId } = library;
  const told = counting(watch, 'contents', await rows.count({ table: 'revisions', libraryId }));
  const checking = new ContentCheck(ports, library);
  const damaged = new Map<ContentId, string>();
  let contents = 0;
  let last: unknown = null;
  for await (const page of pagesOf(rows, { table: 'revisions', libraryId }, null)) {
    if (watch.signal.aborted) break;
    for (const row of page) {
      if (row.contentId === last) continue; // staged by another member as well
      last = row.contentId;
      contents += 1;
      const why = await checking.fault(row);
      if (why !== null && damaged.size < DAMAGED_CONTENTS_MAX) damaged.set(row.contentId as ContentId, why);
    }
    told.add(page.length);
  }
  return { contents, damaged };
}

class ContentCheck {
  readonly #ports: CheckPorts;
  readonly #library: CheckedLibrary;
  readonly #chunks: ChunkReader;

  constructor(ports: CheckPorts, library: CheckedLibrary) {
    this.#ports = ports;
    this.#library = library;
    this.#chunks = new ChunkReader(ports.objects);
  }

  /** Why this revision cannot be put together; null if it can. */
  async fault(row: TransferRow): Promise<string | null> {
    const refs = refsOf(row.refs as Uint8Array);
    const { contentId, sizeBytes, depth } = row as { contentId: string; sizeBytes: number; depth: 0 | 1 };
    if (refs === null) return 'its chunk list cannot be read';
    if (sha256Hex(contentIdInput({ sizeBytes, depth, refs })) !== contentId) {
      return 'its chunk list does not hash to its id';
    }
    const missing = depth === 0 ? await this.#missing(refs) : await this.#missingBelow(refs);
    return missing === 0 ? null : `${missing} of its chunks ${missing === 1 ? 'is' : 'are'} not there`;
  }

  async #missingBelow(lists: readonly ChunkRef[]): Promise<number> {
    let missing = 0;
    for (const list of lists) {
      const bytes = await this.#read(list);
      const refs = bytes === null ? null : decodeRefs(bytes);
      missing += refs === null ? 1 : await this.#missing(refs);
    }
    return missing;
  }

  async #missing(refs: readonly ChunkRef[]): Promise<number> {
    const { unsound, libraryId, deep } = this.#library;
    const found = await this.#ports.store.read.content.locationsOf(libraryId, [
      ...new Set(refs.map((ref) => ref.id)),
    ]);
    const places = Map.groupBy(found, (location) => location.chunkId);
    let missing = 0;
    for (const ref of refs) {
      const own = places.get(ref.id) ?? [];
      const sound = own.some(
        ({ packId, plainBytes, verified }) =>
          !unsound.has(packId) && plainBytes === ref.sizeBytes && (verified || !deep),
      );
      if (!sound && (await this.#readFrom(ref, own)) === null) missing += 1;
    }
    return missing;
  }

  async #read(ref: ChunkRef): Promise<Uint8Array | null> {
    const { libraryId } = this.#library;
    return this.#readFrom(ref, await this.#ports.store.read.content.locationsOf(libraryId, [ref.id]));
  }

  #readFrom(ref: ChunkRef, locations: readonly FoundLocation[]): Promise<Uint8Array | null> {
    const { libraryId } = this.#library;
    const places = locations.map((one) => ({ ...one, key: objectKeyOf(libraryId, one.packId) }));
    return this.#chunks.read(ref, places);
  }
}

/** Null for what is no list. */
export function refsOf(bytes: Uint8Array): readonly ChunkRef[] | null {
  return bytes.length === 0 ? [] : decodeRefs(bytes);
}
