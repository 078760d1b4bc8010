import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Assembly } from './assembly.ts';
import type { WantedChunks } from './fetch-chunks.ts';
import type { Place } from './read-chunks.ts';
import { forEachBounded } from './slots.ts';
import { transferLimits } from './transfer-limits.ts';

interface Target {
  readonly assembly: Assembly;
  readonly place: Place;
}

/** Chunks that are located, signed and fetched together, and all places each of them goes to. */
export interface DownloadWindow {
  readonly targets: Map<ChunkId, Target[]>;
  bytes: number;
}

/**
 * Cuts the wanted places of assemblies, as they begin, into windows of bounded size. An assembly that begins is
 * pulled only when its place in a window has come, so that few files are open at a time.
 */
export async function* downloadWindows(begun: AsyncIterable<Assembly>): AsyncGenerator<DownloadWindow> {
  let window: DownloadWindow = { targets: new Map(), bytes: 0 };
  for await (const assembly of begun) {
    for (const place of assembly.wanted()) {
      const { id, sizeBytes } = place.ref;
      const targets = window.targets.get(id);
      if (targets !== undefined) {
        targets.push({ assembly, place });
        continue;
      }
      const full =
        window.bytes + sizeBytes > transferLimits.windowBytesMax ||
        window.targets.size === limits.chunksPerLocateCallMax;
      if (full) {
        yield window;
        window = { targets: new Map(), bytes: 0 };
      }
      window.targets.set(id, [{ assembly, place }]);
      window.bytes += sizeBytes;
    }
  }
  if (window.targets.size > 0) yield window;
}

/** What the fetcher has to do with each chunk of a window. */
export function wantedOf(window: DownloadWindow, signal: AbortSignal): WantedChunks {
  const bounds = { count: transferLimits.filesFinishingMax, signal };
  return new Map(
    [...window.targets].map(([id, targets]) => [
      id,
      {
        sizeBytes: targets[0]?.place.ref.sizeBytes ?? 0,
        async take(bytes: Uint8Array) {
          await forEachBounded(targets, bounds, ({ assembly, place }) => assembly.write(place, bytes));
        },
        moved(bytes: number) {
          for (const { assembly } of targets) assembly.moved(bytes);
        },
        async missing() {
          for (const { assembly } of targets) await assembly.refuse({ code: 'contentMissing' });
        },
      },
    ]),
  );
}
