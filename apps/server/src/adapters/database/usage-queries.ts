import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { LibraryUsage } from '@tidesync/shared/wire/admin';
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { GarbageReads, GarbageWrites, MeasuredLibrary } from '../../ports/store-garbage.ts';
import { selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';

export type UsageQueries = Pick<GarbageReads, 'fileSizes' | 'measured' | 'measuredTotal'> &
  Pick<GarbageWrites, 'setMeasured'>;

const SUMMED = [
  ...['liveFiles', 'liveBytes', 'trashFiles', 'trashBytes', 'chunks', 'chunkBytes', 'historyBytes'],
  ...['condemnedChunks', 'condemnedBytes', 'packs', 'packBytes', 'emptyPacks', 'emptyPackBytes'],
] as const;

export function usageQueries({ db, tables, dialect }: Connection): UsageQueries {
  const { entries, usages: t, libraries } = tables;
  return {
    async fileSizes({ libraryId, after, limit }) {
      const behind = after === null ? undefined : gt(entries.entryId, after as EntryId);
      const rows = await db
        .select({ key: entries.entryId, sizeBytes: entries.sizeBytes, deletedSeq: entries.deletedSeq })
        .from(entries)
        .where(and(eq(entries.libraryId, libraryId), behind, eq(entries.kind, 'file')))
        .orderBy(asc(entries.entryId))
        .limit(limit);
      return rows;
    },
    async measured(libraryIds) {
      const rows = await selectBatched(libraryIds, (part) =>
        db.select().from(t).where(inArray(t.libraryId, part)),
      );
      return new Map(rows.map(({ libraryId, ...row }): [LibraryId, MeasuredLibrary] => [libraryId, row]));
    },
    async measuredTotal() {
      const sums = Object.fromEntries(
        SUMMED.map((name) => [
          name,
          sql<number>`coalesce(sum(${t[name as keyof LibraryUsage]}), 0)`.mapWith(Number),
        ]),
      ) as Record<string, ReturnType<typeof sql<number>>>;
      const rows = await db
        .select({
          ...sums,
          atMs: sql<number>`coalesce(max(${t.atMs}), 0)`.mapWith(Number),
          libraries: sql<number>`count(*)`.mapWith(Number),
        })
        .from(t)
        .innerJoin(libraries, eq(libraries.libraryId, t.libraryId));
      const row = rows[0] as (LibraryUsage & { libraries: number }) | undefined;
      if (row === undefined || row.libraries === 0) return null;
      const { libraries: measured, ...usage } = row;
      return { usage, libraries: measured };
    },
    async setMeasured(libraryId, measured) {
      await dialect.upsert({ table: t, primaryKey: [t.libraryId] }, [{ libraryId, ...measured }]);
    },
  };
}
