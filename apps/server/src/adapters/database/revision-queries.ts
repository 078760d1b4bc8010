import { encodeRefs } from '@tidesync/shared/chunk-list';
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { ContentWrites } from '../../ports/store-content.ts';
import { batches } from './batched.ts';
import type { Connection } from './connection.ts';

const IDS_PER_UPDATE = 500;

type RevisionWrites = Pick<ContentWrites, 'addChunkLists' | 'stage'>;

export function revisionWrites({ db, tables, dialect }: Connection): RevisionWrites {
  const { revisions, chunkLists } = tables;
  return {
    async addChunkLists({ libraryId, accountId }, lists) {
      const rows = lists.map(({ listId, refs }) => ({
        libraryId,
        listId,
        stagedBy: accountId,
        contentBytes: refs.reduce((sum, ref) => sum + ref.sizeBytes, 0),
        refs: encodeRefs(refs),
      }));
      await dialect.insertNew(chunkLists, rows);
    },
    async stage({ libraryId, accountId, atMs }, staged) {
      const rows = staged.map(({ contentId, sizeBytes, depth, refs }) => ({
        libraryId,
        contentId,
        stagedBy: accountId,
        sizeBytes,
        depth,
        refs: encodeRefs(refs),
        atMs,
      }));
      const added = await dialect.insertNew(revisions, rows);
      if (added === rows.length) return;
      // What was staged before is as good as new: whoever stages it is about to commit it.
      const ids = staged.map((one) => one.contentId);
      for (const part of batches(ids, IDS_PER_UPDATE)) {
        await db
          .update(revisions)
          .set({ atMs })
          .where(
            and(
              eq(revisions.libraryId, libraryId),
              inArray(revisions.contentId, part),
              eq(revisions.stagedBy, accountId),
              lt(revisions.atMs, atMs),
            ),
          );
      }
    },
  };
}
