import type { ChunkId } from '@tidesync/shared/ids';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { indexFault, readPackIndex } from '../../domain/pack-index.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { ArrivedPack } from '../../ports/store-content.ts';

export interface PackPorts extends Pick<ServerPorts, 'store'> {
  readonly objectStore: Pick<ObjectStore, 'read'>;
}

/** What re-reading a pack showed. */
export type PackVerdict =
  | { readonly verdict: 'good'; readonly chunkIds: readonly ChunkId[] }
  /** `why` completes the sentence "the pack is damaged: …". */
  | { readonly verdict: 'damaged'; readonly why: string };

const damaged = (why: string): PackVerdict => ({ verdict: 'damaged', why });
const utf8 = new TextDecoder();

/**
 * Reads a pack back and hashes it: the whole, and each chunk that its own index and the database agree to be there.
 * Shape: a pack → whether its chunks are what was said. Errors: `storeUnavailable`, `databaseUnavailable`.
 */
export async function verifyPack({ store, objectStore }: PackPorts, pack: ArrivedPack): Promise<PackVerdict> {
  const bytes = await objectStore.read(objectKeyOf(pack.libraryId, pack.packId));
  if (bytes === null) return damaged('it is gone from the object store');
  if (bytes.length !== pack.sizeBytes) return damaged('it has another length than was signed');
  if ((await sha256Of(bytes)) !== pack.sha256) return damaged('it has other bytes than were signed');
  const index = readPackIndex(bytes, (part) => utf8.decode(part));
  if (index === null) return damaged('it does not end with an index');
  const chunkIds = [...new Set(index.map((entry) => entry.chunkId))];
  const said = await store.read.content.locationsIn(pack, chunkIds);
  // Asked after the locations, as the two go together.
  const mayLack = await store.read.content.isThinned(pack);
  const fault = indexFault(bytes.length, index, { said, mayLack }) ?? (await chunkFault(bytes, index));
  return fault === null ? { verdict: 'good', chunkIds } : damaged(fault);
}

async function chunkFault(bytes: Uint8Array, index: readonly PackEntry[]): Promise<string | null> {
  for (const { chunkId, offset, storedBytes } of index) {
    const chunk = bytes.subarray(offset, offset + storedBytes);
    if ((await sha256Of(chunk)) !== chunkId) return `chunk ${chunkId} has other bytes than its name says`;
  }
  return null;
}

/** Off the main thread: a pack would hold up every call for as long as it takes to hash it. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString('hex');
}
