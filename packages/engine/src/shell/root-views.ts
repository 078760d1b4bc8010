import { fail } from '@tidesync/shared/problems';
import type { ListedEntry } from '@tidesync/shared/wire/engine';
import { listFolder } from '../core/list-folder.ts';
import { explainTrouble } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { sentenceOfActivity } from './activity-sentence.ts';
import type { Root } from './bound-roots.ts';
import type { ActivityView, PathTroubleView } from './face.ts';
import { asEntryPath } from './why.ts';

/** What holds paths of a root back, in words. */
export function troublesOf({ record, journal }: Pick<Root, 'record' | 'journal'>): PathTroubleView[] {
  const { rootId } = record;
  return journal.troubles().map(({ path, trouble, sinceMs, tries, nextTryMs }) => {
    const { sentence, remedy } = explainTrouble(trouble, path);
    const { code, ...facts } = trouble;
    return { rootId, path, code, facts, sentence, remedy, sinceMs, tries, nextTryMs };
  });
}

/** What lies in a folder of a root, by its real path. `entryMissing` otherwise. */
export function listAt({ record, journal, running }: Root, real: string): ListedEntry[] {
  const listed = listFolder(journal, asEntryPath(real.slice(record.path.length)), {
    troubleAt: (at) => journal.troubleAt(at)?.trouble ?? null,
    isIgnored: (at, isFolder) => running?.ignore?.isIgnored(at, isFolder) ?? false,
    isDeleteHeld: (id) => running?.batches.isHeld(id) ?? false,
  });
  return listed ?? fail({ reason: 'entryMissing', entry: real });
}

export function activityOf(
  { record, journal }: { record: RootRecord; journal: RootJournal },
  limit: number,
): ActivityView[] {
  return journal
    .activity(limit)
    .map((one) => ({ ...one, rootId: record.rootId, sentence: sentenceOfActivity(one) }));
}
