import type { VerifiedFolder } from '@tidesync/shared/wire/engine';
import { ServerProcess } from '../../test/e2e/support/server-process.ts';
import { until } from '../../test/e2e/support/waiting.ts';
import { World } from '../../test/e2e/support/world.ts';
import { foldersFor, makeFolders } from '../large-tree/make-folders.ts';
import { statusBytes } from '../server/world/process-use.ts';

export interface Many {
  readonly folders: number;
  readonly filesPerFolder: number;
}

export interface SuddenReport {
  readonly files: number;
  readonly entries: number;
  readonly madeMs: number;
  /** From the first file to rest. */
  readonly sentMs: number;
  /** Of the engine, at its highest. */
  readonly peakBytes: number;
  /** Each entry held against the disk, and the server's whole listing against them. */
  readonly verified: readonly VerifiedFolder[];
}

/** Makes so many files below an engine that is at rest, as fast as can be, and waits until the server has all. */
export async function syncSudden(many: Many, patienceMs: number): Promise<SuddenReport> {
  const files = many.folders * many.filesPerFolder;
  const entries = files + foldersFor(files, many.filesPerFolder);
  const world = new World(ServerProcess.prepare);
  try {
    await world.open();
    const ada = await world.device('ada');
    const [folder] = await world.share(ada);
    await ada.settle();
    const startMs = performance.now();
    makeFolders(folder, files, many.filesPerFolder);
    const madeMs = performance.now() - startMs;
    await until(
      'all is sent',
      async () => {
        // One command that waits takes less of the machine than one a second that looks.
        await ada.settle();
        const root = await ada.root(folder);
        return root.state === 'upToDate' && root.entries >= entries;
      },
      patienceMs,
    );
    const sentMs = performance.now() - startMs;
    const peakBytes = await statusBytes(ada.pid, 'VmHWM');
    const { folders: verified } = await ada.ask<{ folders: VerifiedFolder[] }>('verify', folder);
    return { files, entries, madeMs, sentMs, peakBytes, verified };
  } finally {
    await world.close();
  }
}

export function suddenLine({ files, madeMs, sentMs, peakBytes }: SuddenReport): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return `${files} files made in ${seconds(madeMs)}, sent after ${seconds(sentMs)}; engine ${Math.round(peakBytes / 1e6)} MB`;
}
