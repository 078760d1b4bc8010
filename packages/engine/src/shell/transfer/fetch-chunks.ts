import type { ChunkId, LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { Location } from '@tidesync/shared/wire/content';
import type { Clock, Random, Sha256 } from '../../ports/environment.ts';
import type { ObjectTransfer } from '../../ports/server.ts';
import type { DownloadServer } from './download-types.ts';
import type { PackRange } from './join-ranges.ts';
import { joinRanges } from './join-ranges.ts';
import type { SignedDownloads } from './signed-downloads.ts';
import type { Slots } from './slots.ts';
import { forEachBounded } from './slots.ts';
import { transferLimits } from './transfer-limits.ts';
import { withTries } from './tries.ts';

export interface WantedChunk {
  readonly sizeBytes: number;
  /** Takes the checked bytes; they are not its own after it has resolved. */
  readonly take: (bytes: Uint8Array) => Promise<void>;
  /** No location gave bytes with this hash. */
  readonly missing: () => Promise<void>;
}
export type WantedChunks = ReadonlyMap<ChunkId, WantedChunk>;

export interface ChunkFetcher {
  /** Each wanted chunk has been taken or is `missing` when it resolves. Rejects as `withTries` does. */
  fetch(wanted: WantedChunks, signal: AbortSignal): Promise<void>;
}

interface FetcherPorts {
  readonly server: DownloadServer;
  readonly objects: ObjectTransfer;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly libraryId: LibraryId;
  readonly signed: SignedDownloads;
  /** Bounds ranges in memory, over all fetchers of a downloader. */
  readonly ranges: Slots;
}

interface Fetch {
  readonly ports: FetcherPorts;
  readonly wanted: WantedChunks;
  readonly signal: AbortSignal;
  /** Packs that did not give what they should. */
  readonly suspects: Set<PackId>;
}

export function createChunkFetcher(ports: FetcherPorts): ChunkFetcher {
  return {
    async fetch(wanted, signal) {
      const fetch = { ports, wanted, signal, suspects: new Set<PackId>() };
      const candidates = await locateAll(fetch);
      let open = new Set(wanted.keys());
      while (open.size > 0) {
        const next: Location[] = [];
        for (const id of open) {
          const location = candidates.get(id)?.shift();
          if (location !== undefined) next.push(location);
          else await wanted.get(id)?.missing();
        }
        open = await fetchOnce(fetch, next);
      }
      await reportSuspects(fetch);
    },
  };
}

/** Where each chunk may be read, best first, every location twice: bytes can spoil on the way, too. */
async function locateAll({ ports, wanted }: Fetch): Promise<Map<ChunkId, Location[]>> {
  const ids = [...wanted.keys()];
  const found = new Map<ChunkId, Location[]>();
  for (let at = 0; at < ids.length; at += limits.chunksPerLocateCallMax) {
    const page = ids.slice(at, at + limits.chunksPerLocateCallMax);
    for (const location of await ports.server.locate(ports.libraryId, page)) {
      const sizeBytes = wanted.get(location.chunkId)?.sizeBytes;
      if (location.plainBytes !== sizeBytes || location.storedBytes !== sizeBytes) continue;
      const known = found.get(location.chunkId);
      if (known === undefined) found.set(location.chunkId, [location]);
      else known.push(location);
    }
  }
  for (const locations of found.values()) locations.push(...locations);
  return found;
}

/** Fetches each location; answers the chunks that did not come out of it whole. */
async function fetchOnce(fetch: Fetch, locations: readonly Location[]): Promise<Set<ChunkId>> {
  const { ports, signal } = fetch;
  const failed = new Set<ChunkId>();
  await ports.signed.prepare(locations.map(({ packId }) => packId));
  const bounds = { count: transferLimits.rangesInFlightMax, signal };
  await forEachBounded(joinRanges(locations), bounds, async (range, inner) => {
    const release = await ports.ranges.take(inner);
    try {
      const bytes = await fetchRange(ports, range, inner);
      const notGiven = await giveOut({ ...fetch, signal: inner }, range, bytes);
      if (notGiven.length > 0) fetch.suspects.add(range.packId);
      for (const id of notGiven) failed.add(id);
    } finally {
      release();
    }
  });
  return failed;
}

/** The server reads them back, so that they can be healed. A server that cannot be told is none the worse for it. */
async function reportSuspects({ ports, suspects }: Fetch): Promise<void> {
  const packIds = [...suspects];
  for (let at = 0; at < packIds.length; at += limits.packsPerCallMax) {
    const page = packIds.slice(at, at + limits.packsPerCallMax);
    await ports.server.suspect(ports.libraryId, page).catch(() => undefined);
  }
}

/** Null where the store does not have that pack or that much of it. */
async function fetchRange(
  ports: FetcherPorts,
  range: PackRange,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  try {
    return await withTries(ports, signal, async () => {
      const signed = await ports.signed.of(range.packId);
      if (signed === null) return null;
      const bytes = await ports.objects.getRange(signed, range, signal).catch((error: unknown) => {
        // Perhaps it has expired by a clock that ours knows nothing of: the next try asks for another one.
        ports.signed.forget(range.packId);
        throw error;
      });
      if (bytes !== 'expired') return bytes;
      ports.signed.forget(range.packId);
      return fail({ reason: 'storeUnavailable', detail: 'the signed address expired' });
    });
  } catch (error) {
    if (isFailure(error, 'packMissing')) return null;
    throw error;
  }
}

/** Hands each chunk that has its hash to the one who wants it; answers the others. */
async function giveOut(
  { ports, wanted, signal }: Fetch,
  range: PackRange,
  bytes: Uint8Array | null,
): Promise<ChunkId[]> {
  if (bytes === null) return range.locations.map(({ chunkId }) => chunkId);
  const failed: ChunkId[] = [];
  const bounds = { count: transferLimits.filesFinishingMax, signal };
  await forEachBounded(range.locations, bounds, async ({ chunkId, offset, storedBytes }) => {
    const start = offset - range.offset;
    const chunk = bytes.subarray(start, start + storedBytes);
    if (ports.sha256(chunk) === chunkId) await wanted.get(chunkId)?.take(chunk);
    else failed.push(chunkId);
  });
  return failed;
}
