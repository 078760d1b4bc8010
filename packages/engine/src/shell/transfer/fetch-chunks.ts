import type { ChunkId, LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { Location } from '@tidesync/shared/wire/content';
import type { Clock, Random, Sha256 } from '../../ports/environment.ts';
import type { ObjectTransfer } from '../../ports/server.ts';
import type { DownloadServer } from './download-types.ts';
import type { PackRange } from './join-ranges.ts';
import { joinRanges } from './join-ranges.ts';
import type { Pace } from './pace.ts';
import type { SignedDownloads } from './signed-downloads.ts';
import type { Slots } from './slots.ts';
import { forEachBounded } from './slots.ts';
import { transferLimits } from './transfer-limits.ts';
import { withTries } from './tries.ts';

export interface WantedChunk {
  readonly sizeBytes: number;
  /** Takes the checked bytes; they are not its own after it has resolved. */
  readonly take: (bytes: Uint8Array) => Promise<void>;
  /** So many of its bytes have come, of which nothing is known yet; told only where it comes in parts. */
  readonly moved?: (bytes: number) => void;
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
  readonly pace: Pace;
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
      const bytes = await fetchRange({ ...fetch, signal: inner }, range);
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

/** Null where the store does not have that pack or that much of it. Under a speed limit it comes in parts. */
async function fetchRange(fetch: Fetch, range: PackRange): Promise<Uint8Array | null> {
  let whole: Uint8Array | null = null;
  for (let at = 0; at < range.length; ) {
    const rest = { packId: range.packId, offset: range.offset + at, length: range.length - at };
    const part = await fetchPart(fetch, rest);
    if (part === null || part.length === range.length) return part;
    if (part.length === 0 || part.length > rest.length) return null; // not what was asked for
    whole ??= new Uint8Array(range.length);
    whole.set(part, at);
    tellMoved(fetch.wanted, range, { from: rest.offset, to: rest.offset + part.length });
    at += part.length;
  }
  return whole;
}

/**
 * The first bytes of what is left of a range, as many as may come now. Each part is a request of its own: a connection
 * that is read slowly is cut by stores and proxies, and its address may end.
 */
async function fetchPart(
  { ports, signal }: Fetch,
  rest: Pick<PackRange, 'packId' | 'offset' | 'length'>,
): Promise<Uint8Array | null> {
  const { packId, offset } = rest;
  try {
    return await withTries(ports, signal, async () => {
      const turn = await ports.pace.turn(signal);
      try {
        const length = await turn.take(rest.length);
        const signed = await ports.signed.of(packId);
        if (signed === null) return null;
        const asked = ports.objects.getRange(signed, { offset, length }, turn.signal);
        const bytes = await asked.catch((error: unknown) => {
          // Perhaps it has expired by a clock that ours knows nothing of: the next try asks for another one.
          ports.signed.forget(packId);
          throw error;
        });
        if (bytes !== 'expired') return bytes;
        ports.signed.forget(packId);
        return fail({ reason: 'storeUnavailable', detail: 'the signed address expired' });
      } finally {
        turn.end();
      }
    });
  } catch (error) {
    if (isFailure(error, 'packMissing')) return null;
    throw error;
  }
}

function tellMoved(
  wanted: WantedChunks,
  { locations }: PackRange,
  part: { readonly from: number; readonly to: number },
): void {
  for (const { chunkId, offset, storedBytes } of locations) {
    const bytes = Math.min(part.to, offset + storedBytes) - Math.max(part.from, offset);
    if (bytes > 0) wanted.get(chunkId)?.moved?.(bytes);
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
