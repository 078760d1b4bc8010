import type { RootId } from '@tidesync/shared/ids';
import { explainTrouble } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { sentenceOfActivity } from './activity-sentence.ts';
import type { Root } from './bound-roots.ts';
import type { ActivityView, PathTroubleView } from './face.ts';

/** What holds paths of a root back, in words. */
function troublesOf({ record, journal }: Pick<Root, 'record' | 'journal'>): PathTroubleView[] {
  const { rootId } = record;
  return journal.troubles().map(({ path, trouble, sinceMs, tries, nextTryMs }) => {
    const { sentence, remedy } = explainTrouble(trouble, path);
    const { code, ...facts } = trouble;
    return { rootId, path, code, facts, sentence, remedy, sinceMs, tries, nextTryMs };
  });
}

function activityOf(
  { record, journal }: { record: RootRecord; journal: RootJournal },
  limit: number,
): ActivityView[] {
  return journal
    .activity(limit)
    .map((one) => ({ ...one, rootId: record.rootId, sentence: sentenceOfActivity(one) }));
}

export function allTroubles(roots: readonly Root[], rootId?: RootId): PathTroubleView[] {
  return roots.filter(({ record }) => rootId === undefined || record.rootId === rootId).flatMap(troublesOf);
}

/** Newest first. */
export function allActivity(roots: readonly Root[], limit: number): ActivityView[] {
  const all = roots.flatMap((root) => activityOf(root, limit));
  return all.sort((a, b) => b.atMs - a.atMs).slice(0, limit);
}
