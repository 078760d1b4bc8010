import type { ChunkId, LibraryId, PackId } from '@tidesync/shared/ids';
import { and, asc, count, countDistinct, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { HealPlace } from '../../domain/heal-places.ts';
import type { ArrivedPack } from '../../ports/store-content.ts';
import type { HealReads, HealWrites } from '../../ports/store-heal.ts';
import { batches, selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';

const IDS_PER_STATEMENT = 500;
const LIBRARIES_PER_COUNT = 100;

export function healQueries(connection: Connection): HealWrites {
  return {
    ...placeReads(connection),
    ...lostReads(connection),
    ...suspects(connection),
    ...writes(connection),
  };
}

function placeReads({ db, tables }: Connection): Pick<HealReads, 'chunksIn' | 'placesOf'> {
  const { locations: t, packs } = tables;
  // Not joined: TiDB would walk all packs of the library for it.
  const placesIn = async (libraryId: LibraryId, chunkIds: readonly ChunkId[]): Promise<HealPlace[]> => {
    const rows = await selectBatched(chunkIds, (part) =>
      db
        .select({
          ...{ chunkId: t.chunkId, packId: t.packId, offset: t.offset, storedBytes: t.storedBytes },
          ...{ plainBytes: t.plainBytes, uploaderId: t.uploaderId, verified: t.verified, charged: t.charged },
        })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), inArray(t.chunkId, part))),
    );
    const states = await selectBatched([...new Set(rows.map((row) => row.packId))], (part) =>
      db
        .select({ packId: packs.packId, state: packs.state })
        .from(packs)
        .where(and(eq(packs.libraryId, libraryId), inArray(packs.packId, part))),
    );
    const damaged = new Set(states.flatMap(({ packId, state }) => (state === 'damaged' ? [packId] : [])));
    return rows.map((row) => ({ ...row, damaged: damaged.has(row.packId) }));
  };
  return {
    // Not what else is known of them: SQLite would walk the library for it.
    async chunksIn({ libraryId, packId }) {
      const rows = await db
        .select({ chunkId: t.chunkId })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), eq(t.packId, packId)));
      return rows.map((row) => row.chunkId);
    },
    placesOf: placesIn,
  };
}

type LostReads = Pick<
  HealReads,
  'lostAmong' | 'lostChunks' | 'wantedContents' | 'wantsAny' | 'wantedCounts' | 'wantedTotal'
>;

function lostReads({ db, tables }: Connection): LostReads {
  const { lostChunks: t, libraries } = tables;
  const key = { libraryId: t.libraryId, contentId: t.contentId, chunkId: t.chunkId };
  return {
    async lostAmong(libraryId, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .selectDistinct({ chunkId: t.chunkId })
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.chunkId, part))),
      );
      return new Set(rows.map((row) => row.chunkId));
    },
    async lostChunks({ after, limit }) {
      const behind =
        after === null
          ? undefined
          : or(
              gt(t.libraryId, after.libraryId),
              and(eq(t.libraryId, after.libraryId), gt(t.chunkId, after.chunkId)),
              and(
                eq(t.libraryId, after.libraryId),
                eq(t.chunkId, after.chunkId),
                gt(t.contentId, after.contentId),
              ),
            );
      return db
        .select(key)
        .from(t)
        .where(behind)
        .orderBy(asc(t.libraryId), asc(t.chunkId), asc(t.contentId))
        .limit(limit);
    },
    async wantedContents({ libraryId, after, limit }) {
      const behind = after === null ? undefined : gt(t.contentId, after);
      const rows = await db
        .selectDistinct({ contentId: t.contentId })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), behind))
        .orderBy(asc(t.contentId))
        .limit(limit);
      return rows.map((row) => row.contentId);
    },
    async wantsAny(libraryId) {
      const rows = await db
        .select({ contentId: t.contentId })
        .from(t)
        .where(eq(t.libraryId, libraryId))
        .limit(1);
      return rows.length > 0;
    },
    async wantedCounts(libraryIds) {
      const counts = new Map<LibraryId, number>();
      for (const part of batches(libraryIds, LIBRARIES_PER_COUNT)) {
        const rows = await db
          .select({ libraryId: t.libraryId, count: countDistinct(t.contentId) })
          .from(t)
          .where(inArray(t.libraryId, part))
          .groupBy(t.libraryId);
        for (const row of rows) counts.set(row.libraryId, row.count);
      }
      return counts;
    },
    async wantedTotal() {
      const rows = await db
        .select({ libraryId: t.libraryId, count: countDistinct(t.contentId) })
        .from(t)
        .innerJoin(libraries, and(eq(libraries.libraryId, t.libraryId), isNull(libraries.deletedAtMs)))
        .groupBy(t.libraryId);
      return rows.reduce((sum, row) => sum + row.count, 0);
    },
  };
}

type Suspects = Pick<HealWrites, 'suspectCount' | 'suspects' | 'unreadSince' | 'addSuspects' | 'dropSuspect'>;

function suspects({ db, tables, dialect }: Connection): Suspects {
  const { suspectPacks: t, packs } = tables;
  return {
    async suspectCount(libraryId) {
      const rows = await db.select({ count: count() }).from(t).where(eq(t.libraryId, libraryId));
      return rows[0]?.count ?? 0;
    },
    async suspects(limit) {
      const rows = await db
        .select({
          ...{ libraryId: t.libraryId, packId: t.packId, sizeBytes: packs.sizeBytes },
          ...{ sha256: packs.sha256, state: packs.state },
        })
        .from(t)
        .leftJoin(packs, and(eq(packs.libraryId, t.libraryId), eq(packs.packId, t.packId)))
        .orderBy(asc(t.atMs))
        .limit(limit);
      return rows.map(({ libraryId, packId, sizeBytes, sha256, state }) => {
        const place = { libraryId, packId };
        const isOpen = state === 'sealed' || state === 'verified';
        const pack =
          isOpen && sizeBytes !== null && sha256 !== null ? { sizeBytes, sha256, seen: state } : null;
        return { place, pack: pack === null ? null : ({ ...place, ...pack } satisfies ArrivedPack) };
      });
    },
    async unreadSince(libraryId, packIds, readByMs) {
      const rows = await selectBatched(packIds, (part) =>
        db
          .select({ packId: packs.packId })
          .from(packs)
          .where(
            and(
              eq(packs.libraryId, libraryId),
              inArray(packs.packId, part),
              inArray(packs.state, ['sealed', 'verified']),
              or(isNull(packs.checkedAtMs), lte(packs.checkedAtMs, readByMs)),
            ),
          ),
      );
      return rows.map((row) => row.packId);
    },
    async addSuspects(libraryId, packIds, atMs) {
      await dialect.insertNew(
        t,
        packIds.map((packId) => ({ libraryId, packId, atMs })),
      );
    },
    async dropSuspect({ libraryId, packId }) {
      await db.delete(t).where(and(eq(t.libraryId, libraryId), eq(t.packId, packId)));
    },
  };
}

type Written = Pick<HealWrites, 'addLost' | 'dropLost' | 'dropPlaces' | 'chargePlaces'>;

function writes({ db, tables, dialect }: Connection): Written {
  const { lostChunks, locations: t, packs } = tables;
  const placesOf = (libraryId: LibraryId, packId: PackId, part: ChunkId[]) =>
    and(eq(t.libraryId, libraryId), inArray(t.chunkId, part), eq(t.packId, packId));
  return {
    async addLost(lost, sinceMs) {
      await dialect.insertNew(
        lostChunks,
        lost.map((one) => ({ ...one, sinceMs })),
      );
    },
    async dropLost(libraryId, chunkIds) {
      for (const part of batches(chunkIds, IDS_PER_STATEMENT)) {
        await db
          .delete(lostChunks)
          .where(and(eq(lostChunks.libraryId, libraryId), inArray(lostChunks.chunkId, part)));
      }
    },
    async dropPlaces({ libraryId, packId }, { chunkIds, atMs }) {
      const pack = and(eq(packs.libraryId, libraryId), eq(packs.packId, packId), eq(packs.state, 'damaged'));
      // The pack before what lies in it, as everyone locks them.
      const found = await db
        .update(packs)
        .set({ freedChunks: sql`coalesce(${packs.freedChunks}, 0) + ${chunkIds.length}` })
        .where(pack);
      if (dialect.affected(found) === 0) return { emptied: false };
      for (const part of batches(chunkIds, IDS_PER_STATEMENT))
        await db.delete(t).where(placesOf(libraryId, packId, part));
      const left = await db
        .select({ chunkId: t.chunkId })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), eq(t.packId, packId)))
        .limit(1);
      if (left.length > 0) return { emptied: false };
      await db.update(packs).set({ state: 'empty', emptiedAtMs: atMs }).where(pack);
      return { emptied: true };
    },
    async chargePlaces({ libraryId, packId }, chunkIds) {
      for (const part of batches(chunkIds, IDS_PER_STATEMENT))
        await db
          .update(t)
          .set({ charged: true })
          .where(placesOf(libraryId, packId, part));
    },
  };
}
