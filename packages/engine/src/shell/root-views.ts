import { explainTrouble } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { sentenceOfActivity } from './activity-sentence.ts';
import type { ActivityView, PathTroubleView } from './face.ts';

/** What holds paths of a root back, in words. */
export function troublesOf(journal: RootJournal): PathTroubleView[] {
  return journal.troubles().map(({ path, trouble, sinceMs, tries, nextTryMs }) => {
    const { sentence, remedy } = explainTrouble(trouble, path);
    return { path, code: trouble.code, sentence, remedy, sinceMs, tries, nextTryMs };
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
