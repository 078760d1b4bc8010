import { contentServer } from '@tidesync/engine/shell/transfer/content-server';
import type { ChunkFetcher, WantedChunk } from '@tidesync/engine/shell/transfer/fetch-chunks';
import { createChunkFetcher } from '@tidesync/engine/shell/transfer/fetch-chunks';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import { chunksOfRevision, resolveRevisions } from '@tidesync/engine/shell/transfer/resolve-revisions';
import { createSignedDownloads } from '@tidesync/engine/shell/transfer/signed-downloads';
import { createSlots } from '@tidesync/engine/shell/transfer/slots';
import { transferLimits } from '@tidesync/engine/shell/transfer/transfer-limits';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import { call } from '../api/server-call.ts';
import { clock, random, sha256 } from './browser-ports.ts';
import { fetchObjects } from './fetch-objects.ts';
import type { WantedFile } from './messages.ts';

/** What is fetched ahead of the reader, in memory. */
const WINDOW_BYTES = 24 * 1024 * 1024;

/** Reads the content of files of one library, every chunk checked by its hash. */
export interface FileReader {
  /** The bytes in order. Rejects with Failure (`contentGone` for what is nowhere whole) or the signal's reason. */
  read(file: WantedFile, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
}

export function fileReader(libraryId: LibraryId): FileReader {
  const server = contentServer({ url: location.origin, call });
  const signed = createSignedDownloads({ server, clock, libraryId });
  const ranges = createSlots(transferLimits.rangesInFlightMax);
  const fetcher = createChunkFetcher({
    server,
    objects: fetchObjects,
    clock,
    random,
    sha256,
    pace: UNPACED,
    libraryId,
    signed,
    ranges,
  });
  return {
    async *read({ path, contentId, sizeBytes }, signal) {
      const revision = (await resolveRevisions({ server, sha256, libraryId }, [contentId])).get(contentId);
      const refs = revision === undefined ? null : await chunksOfRevision(revision, fetcher, signal);
      if (refs === null || revision?.sizeBytes !== sizeBytes) fail({ reason: 'contentGone', name: path });
      for (const window of windowsOf(refs)) {
        signal.throwIfAborted();
        const bytes = await fetchWindow(fetcher, window, signal);
        for (const { id } of window) {
          const chunk = bytes.get(id);
          if (chunk === undefined) fail({ reason: 'contentGone', name: path });
          yield chunk;
        }
      }
    },
  };
}

function* windowsOf(refs: readonly ChunkRef[]): Generator<ChunkRef[]> {
  let window: ChunkRef[] = [];
  let bytes = 0;
  for (const ref of refs) {
    if (bytes + ref.sizeBytes > WINDOW_BYTES || window.length === limits.chunksPerLocateCallMax) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(ref);
    bytes += ref.sizeBytes;
  }
  if (window.length > 0) yield window;
}

async function fetchWindow(
  fetcher: ChunkFetcher,
  window: readonly ChunkRef[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ChunkId, Uint8Array<ArrayBuffer>>> {
  const got = new Map<ChunkId, Uint8Array<ArrayBuffer>>();
  const wanted = new Map<ChunkId, WantedChunk>();
  for (const { id, sizeBytes } of window) {
    const take = async (bytes: Uint8Array) => {
      // A copy: the bytes are a part of a larger range, which would be kept whole.
      got.set(id, Uint8Array.from(bytes));
    };
    wanted.set(id, { sizeBytes, take, missing: async () => undefined });
  }
  await fetcher.fetch(wanted, signal);
  return got;
}
