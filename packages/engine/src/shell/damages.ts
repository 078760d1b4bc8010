import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import { isStillDamaged, observedAnew, readAnew } from '../core/check-entry.ts';
import { localEntryAt, localPathOf, shownPathOf } from '../core/path-of.ts';
import type { DamageRecord, RootJournal, RootRecord } from '../ports/journal.ts';
import { asEntryPath } from './why.ts';

/** Shows what was found damaged as trouble of its path, and forgets what is so no more. How many are left. */
export function showDamages(journal: RootJournal): number {
  let left = 0;
  journal.transaction(() => {
    for (const one of journal.damages()) {
      const path = localPathOf(journal, one.id);
      if (path !== null && isStillDamaged(journal.get(one.id), one)) {
        left += 1;
        note(journal, path, one);
      } else forgetDamage(journal, one.id);
    }
  });
  return left;
}

function note(journal: RootJournal, path: RelPath, { sinceMs }: DamageRecord): void {
  if (journal.troubleAt(path)?.trouble.code === 'damaged') return;
  journal.putTrouble({ path, trouble: { code: 'damaged' }, sinceMs, tries: 0, nextTryMs: null });
}

/** It is as it should be, or is something else by now. */
export function forgetDamage(journal: RootJournal, id: EntryId): void {
  const path = shownPathOf(journal, id);
  if (journal.troubleAt(path)?.trouble.code === 'damaged') journal.clearTrouble(path);
  journal.dropDamage(id);
}

/**
 * What a person decided about a file that was found damaged. `local`: what is here is a change of this device.
 * `server`: what is here was never agreed on, so it is set aside as a conflict copy and the server's takes its place.
 * False if it is not damaged (any more).
 */
function decideDamage(journal: RootJournal, id: EntryId, take: 'local' | 'server'): boolean {
  return journal.transaction(() => {
    const found = journal.damages().find((one) => one.id === id);
    const triple = journal.get(id);
    if (found === undefined || !isStillDamaged(triple, found)) return false;
    forgetDamage(journal, id);
    journal.set(id, take === 'local' ? readAnew(triple) : observedAnew(triple, triple.remote));
    return true;
  });
}

/** The same for a file by its real path. Errors: `notDamaged`. */
export function decideDamageAt(
  root: {
    readonly record: RootRecord;
    readonly journal: RootJournal;
    readonly running: { rescan(): void } | null;
  },
  realPath: string,
  take: 'local' | 'server',
): void {
  const id = localEntryAt(root.journal, asEntryPath(realPath.slice(root.record.path.length)));
  if (id === null || !decideDamage(root.journal, id, take)) fail({ reason: 'notDamaged', path: realPath });
  root.running?.rescan();
}
