import type { ChunkId, ContentId, LibraryId, PackId } from '@tidesync/shared/ids';
import type { Columns } from './columns-sqlite.ts';

/** What is known of bytes that the server has lost, or may have. */
export function healTables(c: Columns) {
  /** One row says: this content needs this chunk, whose bytes no pack has. */
  const lostChunks = c.table(
    'lost_chunks',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      chunkId: c.hash32<ChunkId>('chunk_id').notNull(),
      contentId: c.hash32<ContentId>('content_id').notNull(),
      sinceMs: c.ms('since_ms').notNull(),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.chunkId, t.contentId] }),
      c.index('lost_chunks_content').on(t.libraryId, t.contentId),
    ],
  );
  /** A device got other bytes from it than it asked for. */
  const suspectPacks = c.table(
    'suspect_packs',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      packId: c.bin16<PackId>('pack_id').notNull(),
      atMs: c.ms('at_ms').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.libraryId, t.packId] })],
  );
  return { lostChunks, suspectPacks };
}
