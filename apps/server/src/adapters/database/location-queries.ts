import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { and, asc, eq, inArray, isNotNull, or } from 'drizzle-orm';
import type { ContentReads, ContentWrites } from '../../ports/store-content.ts';
import { batches, selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';

const IDS_PER_UPDATE = 500;

type LocationRow = Connection['tables']['locations']['$inferSelect'];

type LocationQueries = Pick<ContentReads, 'usableChunks' | 'locate'> & Pick<ContentWrites, 'useChunks'>;

export function locationQueries(connection: Connection): LocationQueries {
  const { db, tables } = connection;
  const { locations: t } = tables;
  const reads = locationReads(connection);
  return {
    ...reads,
    async useChunks(of, chunkIds) {
      const usable = await reads.usableChunks(of, chunkIds);
      const condemned = usable.filter((chunk) => chunk.condemned).map((chunk) => chunk.id);
      for (const part of batches([...new Set(condemned)], IDS_PER_UPDATE)) {
        await db
          .update(t)
          .set({ condemnedAtMs: null })
          .where(and(eq(t.libraryId, of.libraryId), inArray(t.chunkId, part), isNotNull(t.condemnedAtMs)));
      }
      return usable;
    },
  };
}

function locationReads(connection: Connection): Pick<ContentReads, 'usableChunks' | 'locate'> {
  const { db, tables } = connection;
  const { locations: t } = tables;
  return {
    async usableChunks({ libraryId, accountId }, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .select({
            id: t.chunkId,
            sizeBytes: t.plainBytes,
            packId: t.packId,
            verified: t.verified,
            condemnedAtMs: t.condemnedAtMs,
          })
          .from(t)
          .where(
            and(
              eq(t.libraryId, libraryId),
              inArray(t.chunkId, part),
              or(eq(t.verified, true), eq(t.uploaderId, accountId)),
            ),
          ),
      );
      const damaged = await damagedPacks(connection, libraryId, rows);
      return rows
        .filter((row) => row.verified || !damaged.has(row.packId))
        .map(({ id, sizeBytes, condemnedAtMs }) => ({ id, sizeBytes, condemned: condemnedAtMs !== null }));
    },
    async locate({ libraryId, accountId }, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .select()
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.chunkId, part)))
          .orderBy(asc(t.chunkId), asc(t.packId)),
      );
      const damaged = await damagedPacks(connection, libraryId, rows);
      const distrust = ({ verified, uploaderId, packId }: LocationRow) => {
        if (verified) return 0;
        if (damaged.has(packId)) return 3;
        return uploaderId === accountId ? 1 : 2;
      };
      return rows
        .map((row) => ({ row, distrust: distrust(row) }))
        .toSorted((a, b) => (a.row.chunkId === b.row.chunkId ? a.distrust - b.distrust : 0))
        .map(
          ({
            row: { libraryId: _l, uploaderId: _u, verified: _v, charged: _c, condemnedAtMs: _n, ...location },
          }) => location,
        );
    },
  };
}

/** Of the packs that rows lie in which nobody has verified; few rows, as the verifier is never far behind. */
async function damagedPacks(
  { db, tables }: Connection,
  libraryId: LibraryId,
  rows: readonly { readonly packId: PackId; readonly verified: boolean }[],
): Promise<ReadonlySet<PackId>> {
  const { packs: t } = tables;
  const packIds = [...new Set(rows.filter((row) => !row.verified).map((row) => row.packId))];
  const damaged = await selectBatched(packIds, (part) =>
    db
      .select({ packId: t.packId })
      .from(t)
      .where(and(eq(t.libraryId, libraryId), inArray(t.packId, part), eq(t.state, 'damaged'))),
  );
  return new Set(damaged.map((row) => row.packId));
}
