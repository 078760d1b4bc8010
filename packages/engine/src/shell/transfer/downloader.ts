import { assert } from '@tidesync/shared/brand';
import type { Revision } from '@tidesync/shared/chunk-list';
import type { ContentId } from '@tidesync/shared/ids';
import type { Assembly } from './assembly.ts';
import { createAssembly } from './assembly.ts';
import type { Downloader, DownloaderOptions, DownloadFile, DownloadOutcome } from './download-types.ts';
import { downloadWindows, wantedOf } from './download-windows.ts';
import type { ChunkFetcher } from './fetch-chunks.ts';
import { createChunkFetcher } from './fetch-chunks.ts';
import { chunksOfRevision, resolveRevisions } from './resolve-revisions.ts';
import { createSignedDownloads } from './signed-downloads.ts';
import { createSlots, forEachBounded } from './slots.ts';
import { createSpaceLedger } from './space-ledger.ts';
import { transferLimits } from './transfer-limits.ts';

type OnOutcome = (file: DownloadFile, outcome: DownloadOutcome) => void;

/** See `Downloader` for what it promises. */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { disk, sha256 } = options;
  const signed = createSignedDownloads(options);
  const ranges = createSlots(transferLimits.rangesInFlightMax);
  const fetcher = createChunkFetcher({ ...options, signed, ranges });
  const ledger = createSpaceLedger(disk);

  const assemblyOf = (file: DownloadFile, onOutcome: OnOutcome): Assembly => {
    let placedBytes = 0;
    // Not checked yet, so it may have to come again; what is placed comes out of it.
    let movingBytes = 0;
    const tell = () => {
      const doneBytes = Math.min(file.sizeBytes, placedBytes + movingBytes);
      options.onProgress?.({ temp: file.temp, doneBytes, totalBytes: file.sizeBytes });
    };
    return createAssembly(
      {
        disk,
        sha256,
        onPlaced(bytes) {
          placedBytes += bytes;
          movingBytes = Math.max(0, movingBytes - bytes);
          ledger.placed(file, bytes);
          tell();
        },
        onMoved(bytes) {
          movingBytes += bytes;
          tell();
        },
        onOutcome(outcome) {
          ledger.release(file);
          onOutcome(file, outcome);
        },
      },
      file,
    );
  };

  return {
    async download(files, signal, onOutcome = () => undefined) {
      const assemblies = files.map((file) => assemblyOf(file, onOutcome));
      try {
        const wanted = files.map(({ contentId }) => contentId);
        const revisions = await resolveRevisions(options, wanted);
        const tooMuch = await ledger.reserve(files);
        const refused = assemblies.filter(({ file }) => tooMuch.has(file));
        for (const one of refused) {
          await one.refuse({ code: 'diskFull', neededBytes: one.file.sizeBytes });
        }
        await fetchAll({ assemblies, revisions, fetcher, signal });
        signal.throwIfAborted();
        return assemblies.map(({ outcome }) => {
          assert(outcome !== null, 'every file is fetched or has its trouble');
          return outcome;
        });
      } finally {
        for (const one of assemblies) await one.leave();
        for (const file of files) ledger.release(file);
      }
    },
  };
}

interface FetchAll {
  readonly assemblies: readonly Assembly[];
  readonly revisions: ReadonlyMap<ContentId, Revision>;
  readonly fetcher: ChunkFetcher;
  readonly signal: AbortSignal;
}

async function fetchAll(all: FetchAll): Promise<void> {
  const windows = downloadWindows(begin(all));
  const bounds = { count: transferLimits.windowsInFlightMax, signal: all.signal };
  await forEachBounded(windows, bounds, (window, signal) =>
    all.fetcher.fetch(wantedOf(window, signal), signal),
  );
}

/** Begins one file after the other, as they are asked for; those that cannot begin have their outcome. */
async function* begin({ assemblies, revisions, fetcher, signal }: FetchAll): AsyncGenerator<Assembly> {
  for (const assembly of assemblies) {
    signal.throwIfAborted();
    if (assembly.outcome !== null) continue;
    const { contentId, sizeBytes } = assembly.file;
    const revision = revisions.get(contentId);
    const known = revision !== undefined && revision.sizeBytes === sizeBytes;
    const refs = known ? await chunksOfRevision(revision, fetcher, signal) : null;
    if (refs === null) await assembly.refuse({ code: 'contentMissing' });
    else await assembly.begin(refs, signal);
    yield assembly;
  }
}
