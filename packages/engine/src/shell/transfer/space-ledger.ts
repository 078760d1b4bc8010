import type { Disk } from '../../ports/disk.ts';
import type { DownloadFile } from './download-types.ts';
import { transferLimits } from './transfer-limits.ts';

/** Room on the disk that running downloads have been promised and not filled yet. */
export interface SpaceLedger {
  /** Promises room for the smallest files first; answers those for which there is none. */
  reserve(files: readonly DownloadFile[]): Promise<ReadonlySet<DownloadFile>>;
  placed(file: DownloadFile, placedBytes: number): void;
  /** What is left of the file's promise ends; a cheap success where there is none. */
  release(file: DownloadFile): void;
}

export function createSpaceLedger(disk: Disk): SpaceLedger {
  const promised = new Map<DownloadFile, number>();
  let promisedBytes = 0;

  const take = (file: DownloadFile, takenBytes: number) => {
    const before = promised.get(file);
    if (before === undefined) return;
    const rest = Math.max(0, before - takenBytes);
    promisedBytes -= before - rest;
    if (rest === 0) promised.delete(file);
    else promised.set(file, rest);
  };

  return {
    async reserve(files) {
      const tooMuch = new Set<DownloadFile>();
      const freeBytes = await disk.freeBytes();
      for (const file of [...files].sort((a, b) => a.sizeBytes - b.sizeBytes)) {
        const fits = promisedBytes + file.sizeBytes + transferLimits.freeReserveBytes <= freeBytes;
        // The empty file is let through: it needs no room, and its trouble would help nobody.
        if (file.sizeBytes === 0) continue;
        if (!fits) {
          tooMuch.add(file);
          continue;
        }
        promised.set(file, (promised.get(file) ?? 0) + file.sizeBytes);
        promisedBytes += file.sizeBytes;
      }
      return tooMuch;
    },
    placed: take,
    release: (file) => take(file, promised.get(file) ?? 0),
  };
}
