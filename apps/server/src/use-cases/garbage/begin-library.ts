import type { LibraryId } from '@tidesync/shared/ids';
import { cutoffOf, retentionOf } from '../../domain/retention.ts';
import type { CollectedLibrary, Marks } from '../../ports/store-garbage.ts';
import type { CollectPorts, LibraryRun } from './library-run.ts';
import { Damaged } from './library-run.ts';

const COMMITS_PER_LOOK = 5_000;

/** A collection that has begun, and how the library was then. */
export interface Begun {
  readonly run: LibraryRun;
  readonly refVersion: number;
  readonly isDeleted: boolean;
}
type BeginFrom = Pick<LibraryRun, 'ports' | 'libraryId' | 'dryRun' | 'tally' | 'proceed'>;

/**
 * Ends the versions and the trash of a library whose time is over, and begins its collection. What has ended is a mark
 * in the library's row: from then on nobody lists or restores it. Null: there is nothing to collect.
 * Errors: `Damaged`, `Stopped`.
 */
export async function beginLibrary(from: BeginFrom): Promise<Begun | null> {
  const { ports, libraryId, dryRun, tally } = from;
  const { read } = ports.store;
  const nowMs = ports.clock.nowMs();
  const library = await read.garbage.library(libraryId);
  if (library === null) return null;
  if (await read.garbage.hasDamage(libraryId)) throw new Damaged();
  const marks = await marksBy(from, library, nowMs);
  if (await isSettled(ports, library, marks)) return null;
  const trashEnded = await read.garbage.deletedBetween(libraryId, library.trashEndedSeq, marks.trashEndedSeq);
  const begun = dryRun ? library : await begin(from, library, marks);
  if (begun === null) return null;
  tally.trashEnded += trashEnded;
  const isOver = isLibraryOver(ports, library, nowMs);
  const run: LibraryRun = { ...from, collection: begun.collection, marks, isOver, nowMs };
  return { run, refVersion: begun.refVersion, isDeleted: library.deletedAtMs !== null };
}

/** Null: somebody has said meanwhile that it is kept for another time. */
async function begin(
  { ports, libraryId }: BeginFrom,
  seen: CollectedLibrary,
  marks: Marks,
): Promise<CollectedLibrary | null> {
  return ports.store.transact(
    async (tx) => {
      const library = await tx.garbage.lock(libraryId);
      if (library === null) return null;
      if (await tx.garbage.hasDamage(libraryId)) throw new Damaged();
      const { versionDays, trashDays } = library;
      if (versionDays !== seen.versionDays || trashDays !== seen.trashDays) return null;
      const begun = {
        versionsEndedSeq: Math.max(library.versionsEndedSeq, marks.versionsEndedSeq),
        trashEndedSeq: Math.max(library.trashEndedSeq, marks.trashEndedSeq),
        collection: library.collection + 1,
      };
      await tx.garbage.setMarks(libraryId, begun);
      return { ...library, ...begun };
    },
    // Run again, it is another collection of the same library, before which nobody has collected.
    { repeatable: true },
  );
}

async function marksBy(from: BeginFrom, library: CollectedLibrary, nowMs: number): Promise<Marks> {
  const { versions, trash } = retentionOf(library, from.ports.policy.retention);
  return {
    versionsEndedSeq: await endedBy(from, library.versionsEndedSeq, cutoffOf(nowMs, versions)),
    trashEndedSeq: await endedBy(from, library.trashEndedSeq, cutoffOf(nowMs, trash)),
  };
}

/** The last change before the first commit that is young enough. A mark only ever moves on. */
async function endedBy(
  { ports, libraryId, proceed }: BeginFrom,
  markedSeq: number,
  cutoffMs: number | null,
): Promise<number> {
  if (cutoffMs === null) return markedSeq;
  let endedSeq = markedSeq;
  for (;;) {
    await proceed();
    const page = { libraryId, afterSeq: endedSeq, limit: COMMITS_PER_LOOK };
    const commits = await ports.store.read.garbage.commitsAfter(page);
    const young = commits.findIndex((commit) => commit.atMs >= cutoffMs);
    const old = young < 0 ? commits : commits.slice(0, young);
    endedSeq = old.at(-1)?.lastSeq ?? endedSeq;
    if (young >= 0 || commits.length < COMMITS_PER_LOOK) return endedSeq;
  }
}

/** A deleted library is kept as long as its trash. */
function isLibraryOver(ports: CollectPorts, library: CollectedLibrary, nowMs: number): boolean {
  if (library.deletedAtMs === null) return false;
  const cutoffMs = cutoffOf(nowMs, retentionOf(library, ports.policy.retention).trash);
  return cutoffMs !== null && library.deletedAtMs <= cutoffMs;
}

/** Whether nothing has happened since its last collection, which left nothing to wait for. */
async function isSettled({ store }: CollectPorts, library: CollectedLibrary, marks: Marks): Promise<boolean> {
  const { libraryId, refVersion, versionsEndedSeq, trashEndedSeq } = library;
  if (marks.versionsEndedSeq !== versionsEndedSeq || marks.trashEndedSeq !== trashEndedSeq) return false;
  const last = (await store.read.garbage.measured([libraryId as LibraryId])).get(libraryId);
  return last?.settled === true && last.refVersion === refVersion;
}
