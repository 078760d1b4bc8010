import { encodeRefs } from '@tidesync/shared/chunk-list';
import type { ContentWrites } from '../../ports/store-content.ts';
import type { Connection } from './connection.ts';

type RevisionWrites = Pick<ContentWrites, 'addChunkLists' | 'stage'>;

export function revisionWrites({ tables, dialect }: Connection): RevisionWrites {
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
      await dialect.insertNew(revisions, rows);
    },
  };
}
