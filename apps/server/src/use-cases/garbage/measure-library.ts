import type { LibraryUsage } from '@tidesync/shared/wire/admin';
import { pagesOf } from '../moving/live-source.ts';
import type { LibraryRun } from './library-run.ts';

const FILES_PER_LOOK = 5_000;

type Files = Pick<LibraryUsage, 'liveFiles' | 'liveBytes' | 'trashFiles' | 'trashBytes'>;
type Packs = Pick<LibraryUsage, 'packs' | 'packBytes' | 'emptyPacks' | 'emptyPackBytes'>;

/** The files of a library as people see them. Errors: `Stopped`. */
export async function measureFiles(run: LibraryRun): Promise<Files> {
  const { ports, libraryId, marks } = run;
  const sums = { liveFiles: 0, liveBytes: 0, trashFiles: 0, trashBytes: 0 };
  for (let after: string | null = null; ; ) {
    await run.proceed();
    const page = { libraryId, after, limit: FILES_PER_LOOK };
    const files = await ports.store.read.garbage.fileSizes(page);
    for (const { sizeBytes, deletedSeq } of files) {
      if (deletedSeq === null) {
        sums.liveFiles += 1;
        sums.liveBytes += sizeBytes;
      } else if (deletedSeq > marks.trashEndedSeq) {
        sums.trashFiles += 1;
        sums.trashBytes += sizeBytes;
      }
    }
    after = files.at(-1)?.key ?? null;
    if (files.length < FILES_PER_LOOK) return sums;
  }
}

/** The packs of a library that have arrived. Errors: `Stopped`. */
export async function measurePacks(run: LibraryRun): Promise<Packs> {
  const sums = { packs: 0, packBytes: 0, emptyPacks: 0, emptyPackBytes: 0 };
  const { rows } = run.ports.store.read;
  for await (const page of pagesOf(rows, { table: 'packs', libraryId: run.libraryId }, null)) {
    await run.proceed();
    for (const { state, sizeBytes } of page as readonly { state?: string; sizeBytes?: number }[]) {
      if (state === 'signed') continue;
      sums.packs += 1;
      sums.packBytes += sizeBytes ?? 0;
      if (state !== 'empty') continue;
      sums.emptyPacks += 1;
      sums.emptyPackBytes += sizeBytes ?? 0;
    }
  }
  return sums;
}
