import { assert } from '@tidesync/shared/brand';
import type { Revision } from '@tidesync/shared/chunk-list';
import { decodeRefs } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId } from '@tidesync/shared/ids';
import { and, eq, inArray } from 'drizzle-orm';
import type { ContentReads, ContentWrites, Usability } from '../../ports/store-content.ts';
import { selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';
import { locationQueries } from './location-queries.ts';
import { packQueries } from './pack-queries.ts';
import { revisionWrites } from './revision-queries.ts';
import { uploadQueries } from './upload-queries.ts';
import { verifyQueries } from './verify-queries.ts';

export function contentQueries(connection: Connection): ContentWrites {
  return {
    ...uploadQueries(connection),
    ...packQueries(connection),
    ...locationQueries(connection),
    ...verifyQueries(connection),
    ...revisionReads(connection),
    ...revisionWrites(connection),
  };
}

type RevisionReads = Pick<ContentReads, 'chunkLists' | 'stagedSizes' | 'revisions'>;

function revisionReads({ db, tables }: Connection): RevisionReads {
  const { revisions: t, chunkLists } = tables;
  return {
    async chunkLists({ libraryId, accountId }: Usability, listIds: readonly ChunkId[]) {
      const rows = await selectBatched(listIds, (part) =>
        db
          .select({ listId: chunkLists.listId, contentBytes: chunkLists.contentBytes })
          .from(chunkLists)
          .where(
            and(
              eq(chunkLists.libraryId, libraryId),
              inArray(chunkLists.listId, part),
              eq(chunkLists.stagedBy, accountId),
            ),
          ),
      );
      return new Map(rows.map((row) => [row.listId, row.contentBytes]));
    },
    async stagedSizes({ libraryId, accountId }: Usability, contentIds: readonly ContentId[]) {
      const rows = await selectBatched(contentIds, (part) =>
        db
          .select({ contentId: t.contentId, sizeBytes: t.sizeBytes })
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.contentId, part), eq(t.stagedBy, accountId))),
      );
      return new Map(rows.map((row) => [row.contentId, row.sizeBytes]));
    },
    async revisions({ libraryId, contentIds, refsMax }) {
      const found: Revision[] = [];
      let refsLeft = refsMax;
      for (const contentId of contentIds) {
        const rows = await db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), eq(t.contentId, contentId)))
          .limit(1);
        const revision = rows[0] === undefined ? null : revisionOf(rows[0]);
        if (revision === null) continue;
        refsLeft -= revision.refs.length;
        if (refsLeft < 0 && found.length > 0) break;
        found.push(revision);
      }
      return found;
    },
  };
  function revisionOf({ contentId, sizeBytes, depth, refs }: typeof t.$inferSelect): Revision {
    const decoded = refs.length === 0 ? [] : decodeRefs(refs);
    assert(decoded !== null && (depth === 0 || depth === 1), 'a staged revision is well-formed');
    return { contentId, sizeBytes, depth, refs: decoded };
  }
}
