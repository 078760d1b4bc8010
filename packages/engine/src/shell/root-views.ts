import { explainTrouble } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { sentenceOfActivity } from './activity-sentence.ts';
import type { Root } from './bound-roots.ts';
import type { ActivityView, PathTroubleView } from './face.ts';

/** What holds paths of a root back, in words. */
export function troublesOf({ record, journal }: Pick<Root, 'record' | 'journal'>): PathTroubleView[] {
  const { rootId } = record;
  return journal.troubles().map(({ path, trouble, sinceMs, tries, nextTryMs }) => {
    const { sentence, remedy } = explainTrouble(trouble, path);
    const { code, ...facts } = trouble;
    return { rootId, path, code, facts, sentence, remedy, sinceMs, tries, nextTryMs };
  });
}

export function activityOf(
  { record, journal }: { record: RootRecord; journal: RootJournal },
  limit: number,
): ActivityView[] {
  return journal
    .activity(limit)
    .map((one) => ({ ...one, rootId: record.rootId, sentence: sentenceOfActivity(one) }));
}
