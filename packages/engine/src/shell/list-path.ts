import type { RelPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { ListedEntry } from '@tidesync/shared/wire/engine';
import { listFolder } from '../core/list-folder.ts';
import type { RootJournal } from '../ports/journal.ts';
import { selectionOf } from './round.ts';
import type { SyncRoot } from './sync-root.ts';
import { troublesOf } from './why.ts';

/** What lies in a folder of a root, here or on the server. Errors: `entryMissing`. */
export function listPath(
  { journal, running }: { readonly journal: RootJournal; readonly running: SyncRoot | null },
  path: RelPath,
): ListedEntry[] {
  const listed = listFolder(journal, path, {
    troubles: journal.troubles(),
    troubleAt: troublesOf(journal),
    isIgnored: (at, isFolder) => running?.ignore?.isIgnored(at, isFolder) ?? false,
    isExcluded: selectionOf(journal, journal).isExcluded,
    isDeleteHeld: (id) => running?.batches.isHeld(id) ?? false,
  });
  return listed ?? fail({ reason: 'entryMissing', entry: path });
}
