import type { RelPath } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import { localEntryAt } from '../core/path-of.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import type { LibraryServer } from '../ports/library-server.ts';
import type { ConflictView } from './face.ts';
import type { SyncRoot } from './sync-root.ts';

interface Root {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly running: SyncRoot | null;
}

/** Of one list; the others are shown without it. */
const ASKED_MAX = 20;

/** Says which device the other version is from, where the server can be asked and knows. */
export async function withDevices(
  conflicts: readonly ConflictView[],
  roots: readonly Root[],
  library: LibraryServer | null,
): Promise<ConflictView[]> {
  return Promise.all(
    conflicts.map(async (one, index) => {
      const root = roots.find(({ record }) => record.rootId === one.rootId);
      const isOffline = root?.running?.offline != null;
      if (one.theirs === null || root === undefined || library === null) return one;
      if (isOffline || index >= ASKED_MAX) return one;
      return { ...one, theirs: { ...one.theirs, deviceName: await deviceOf(one, root, library) } };
    }),
  );
}

async function deviceOf(
  { path, theirs }: ConflictView,
  { journal, record }: Root,
  library: LibraryServer,
): Promise<string | null> {
  const id = localEntryAt(journal, path as RelPath);
  if (id === null || theirs?.contentId == null) return null;
  try {
    const { versions } = await library.versions(record.libraryId, id, null);
    // Whoever had it first wrote it: taking back a decision sends it again from here.
    return versions.findLast(({ contentId }) => contentId === theirs.contentId)?.device?.name ?? null;
  } catch (error) {
    if (isFailure(error)) return null;
    throw error;
  }
}
