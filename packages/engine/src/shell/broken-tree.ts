import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { LocalPresent } from '../core/entry.ts';
import type { RootJournal } from '../ports/journal.ts';
import type { RootParts } from './root-parts.ts';

/** A local entry that hangs on nothing, on itself, or on what is no folder; null: they make a tree. */
export function brokenEntry(journal: RootJournal): EntryId | null {
  const sound = new Set<EntryId>([journal.topId]);
  for (const id of journal.allIds()) {
    const { local } = journal.get(id);
    if (local.is === 'present' && !hangsOnTop(journal, local, sound)) return id;
  }
  return null;
}

/** Whether the way up from an entry ends at the top folder. `sound`: folders of which that is known; it learns more. */
export function hangsOnTop(
  journal: RootJournal,
  from: LocalPresent,
  sound = new Set<EntryId>([journal.topId]),
): boolean {
  const above: EntryId[] = [];
  for (let at = from.parentId; !sound.has(at); ) {
    const { base, local } = journal.get(at);
    // An absent folder is on its way out, and what is below it is seen absent with it.
    if (local.is === 'absent' && base !== null) return true;
    const isFolder = local.is === 'present' && local.body.kind === 'folder';
    if (!isFolder || above.length > 16 * limits.pathDepthMax) return false;
    above.push(at);
    at = local.parentId;
  }
  for (const id of above) sound.add(id);
  return true;
}

/**
 * Whether the way up from one of these, as the server tells it, never ends. One that hangs on nothing, or on what is no
 * folder, is no harm: nothing of it is made here.
 */
export function isRemoteCycle(journal: RootJournal, ids: Iterable<EntryId>): boolean {
  const sound = new Set<EntryId>([journal.topId]);
  for (const id of ids) {
    const above: EntryId[] = [];
    for (let at = id; !sound.has(at); ) {
      const { remote } = journal.get(at);
      if (remote.is === 'absent') break;
      if (above.length > 16 * limits.pathDepthMax) return true;
      above.push(at);
      at = remote.parentId;
    }
    for (const one of above) sound.add(one);
  }
  return false;
}

/** Where the entries make no tree, all is merged anew: nothing is deleted by it. Whether it was so. */
export function mergeIfBroken(journal: RootJournal): boolean {
  if (brokenEntry(journal) === null && !isRemoteCycle(journal, journal.allIds())) return false;
  journal.forgetTrees();
  return true;
}

/** A bug ends the process. It would do so at every start where the journal makes no tree: that is mended instead. */
export function mendOrThrow({ journal, record, log }: RootParts, bug: unknown): void {
  if (!mergeIfBroken(journal)) throw bug;
  log(`What was noted about ${record.path} makes no tree. All of it is merged anew, and nothing is deleted.`);
}
