import type { FiledRevision, Revision } from '@tidesync/shared/chunk-list';
import { limits } from '@tidesync/shared/limits';
import { transferLimits } from './transfer-limits.ts';

export interface StagePage {
  readonly lists: FiledRevision['lists'][number][];
  readonly revisions: Revision[];
}

/**
 * Splits what has to be staged into calls within the wire's limits. A revision never comes before its lists;
 * equal content is staged once.
 */
export function stagePages(filed: readonly FiledRevision[]): StagePage[] {
  const pages: StagePage[] = [];
  let page: StagePage = { lists: [], revisions: [] };
  let refs = 0;
  const makeRoomFor = (refCount: number) => {
    const full =
      refs + refCount > limits.refsPerStageCallMax ||
      page.lists.length === transferLimits.listsPerStageCallMax ||
      page.revisions.length === limits.revisionsPerStageCallMax;
    if (full) {
      pages.push(page);
      page = { lists: [], revisions: [] };
      refs = 0;
    }
    refs += refCount;
  };
  const seen = new Set<string>();
  for (const { revision, lists } of filed) {
    if (seen.has(revision.contentId)) continue;
    seen.add(revision.contentId);
    for (const list of lists) {
      makeRoomFor(list.refs.length);
      page.lists.push(list);
    }
    makeRoomFor(revision.refs.length);
    page.revisions.push(revision);
  }
  if (page.lists.length + page.revisions.length > 0) pages.push(page);
  return pages;
}
