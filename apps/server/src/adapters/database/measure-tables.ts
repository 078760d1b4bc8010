import type { LibraryId } from '@tidesync/shared/ids';
import type { Columns } from './columns-sqlite.ts';

/** What was measured, for people who administer; nothing depends on it. */
export function measureTables(c: Columns) {
  const usages = c.table('usages', {
    libraryId: c.bin16<LibraryId>('library_id').primaryKey(),
    atMs: c.ms('at_ms').notNull(),
    /** The library's when that collection began. */
    refVersion: c.u53('ref_version').notNull(),
    /** Nothing waits for its grace to be over. */
    settled: c.flag('settled').notNull(),
    liveFiles: c.u53('live_files').notNull(),
    liveBytes: c.u53('live_bytes').notNull(),
    trashFiles: c.u53('trash_files').notNull(),
    trashBytes: c.u53('trash_bytes').notNull(),
    chunks: c.u53('chunks').notNull(),
    chunkBytes: c.u53('chunk_bytes').notNull(),
    /** Of these: what only trash and versions need. */
    historyBytes: c.u53('history_bytes').notNull(),
    condemnedChunks: c.u53('condemned_chunks').notNull(),
    condemnedBytes: c.u53('condemned_bytes').notNull(),
    packs: c.u53('packs').notNull(),
    packBytes: c.u53('pack_bytes').notNull(),
    emptyPacks: c.u53('empty_packs').notNull(),
    emptyPackBytes: c.u53('empty_pack_bytes').notNull(),
  });
  const samples = c.table(
    'samples',
    {
      hourMs: c.ms('hour_ms').notNull(),
      name: c.word('name').notNull(),
      /** All zeros for what is no server's own. */
      serverId: c.bin16('server_id').notNull(),
      value: c.u53('value').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.hourMs, t.name, t.serverId] })],
  );
  return { usages, samples };
}
