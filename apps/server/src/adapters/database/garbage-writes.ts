import type { ChunkId, LibraryId, PackId } from '@tidesync/shared/ids';
import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { ChunkPlace, GarbageReads, GarbageWrites } from '../../ports/store-garbage.ts';
import { batches, selectBatched } from './batched.ts';
import { collectedOf } from './collected-library.ts';
import type { Connection } from './connection.ts';
import type { UsageQueries } from './usage-queries.ts';

type Written = Omit<GarbageWrites, keyof GarbageReads | keyof UsageQueries | 'stagedAt'>;

const IDS_PER_STATEMENT = 500;

export function garbageWrites(connection: Connection): Written {
  const { db, tables } = connection;
  const { libraries, revisions, locations: t, packs } = tables;
  const ofChunks = (libraryId: LibraryId, part: ChunkId[]) =>
    and(eq(t.libraryId, libraryId), inArray(t.chunkId, part));
  return {
    async lock(id) {
      // Also of a deleted library. A recount that runs meanwhile sees that sums have moved under it.
      await db
        .update(libraries)
        .set({ refVersion: sql`${libraries.refVersion} + 1` })
        .where(eq(libraries.libraryId, id));
      const rows = await db.select().from(libraries).where(eq(libraries.libraryId, id));
      return rows[0] === undefined ? null : collectedOf(rows[0]);
    },
    async setMarks(id, marks) {
      await db.update(libraries).set(marks).where(eq(libraries.libraryId, id));
    },
    async dropContents(libraryId, contentIds) {
      for (const part of batches(contentIds, IDS_PER_STATEMENT)) {
        await db
          .delete(revisions)
          .where(and(eq(revisions.libraryId, libraryId), inArray(revisions.contentId, part)));
      }
      return contentIds.length;
    },
    async condemn(libraryId, chunkIds, atMs) {
      for (const part of batches(chunkIds, IDS_PER_STATEMENT)) {
        await db
          .update(t)
          .set({ condemnedAtMs: atMs })
          .where(and(ofChunks(libraryId, part), isNull(t.condemnedAtMs)));
      }
    },
    async revive(libraryId, chunkIds) {
      for (const part of batches(chunkIds, IDS_PER_STATEMENT)) {
        await db
          .update(t)
          .set({ condemnedAtMs: null })
          .where(and(ofChunks(libraryId, part), isNotNull(t.condemnedAtMs)));
      }
    },
    free: (libraryId, places, atMs) => free(connection, { libraryId, places, atMs }),
    async forgetPacks(libraryId, packIds) {
      for (const part of batches(packIds, IDS_PER_STATEMENT)) {
        await db
          .delete(packs)
          .where(and(eq(packs.libraryId, libraryId), inArray(packs.packId, part), eq(packs.state, 'empty')));
      }
    },
  };
}

interface Freeing {
  readonly libraryId: LibraryId;
  /** All places of their chunks. */
  readonly places: readonly ChunkPlace[];
  readonly atMs: number;
}

async function free({ db, tables }: Connection, { libraryId, places, atMs }: Freeing) {
  const { locations, chunkLists, packs } = tables;
  const chunkIds = [...new Set(places.map((place) => place.chunkId))];
  const freedOf = new Map<PackId, number>();
  for (const { packId } of places) freedOf.set(packId, (freedOf.get(packId) ?? 0) + 1);
  // Packs before what lies in them, as the verifier locks them, so that the two never wait for each other in a ring.
  for (const [freed, group] of Map.groupBy(freedOf.keys(), (packId) => freedOf.get(packId) ?? 0)) {
    for (const part of batches(group, IDS_PER_STATEMENT)) {
      await db
        .update(packs)
        .set({ freedChunks: sql`coalesce(${packs.freedChunks}, 0) + ${freed}` })
        .where(and(eq(packs.libraryId, libraryId), inArray(packs.packId, part)));
    }
  }
  for (const part of batches(chunkIds, IDS_PER_STATEMENT)) {
    await db
      .delete(locations)
      .where(and(eq(locations.libraryId, libraryId), inArray(locations.chunkId, part)));
    await db
      .delete(chunkLists)
      .where(and(eq(chunkLists.libraryId, libraryId), inArray(chunkLists.listId, part)));
  }
  const left = await selectBatched([...freedOf.keys()], (part) =>
    db
      .selectDistinct({ packId: locations.packId })
      .from(locations)
      .where(and(eq(locations.libraryId, libraryId), inArray(locations.packId, part))),
  );
  const inUse = new Set(left.map((row) => row.packId));
  const emptied = [...freedOf.keys()].filter((packId) => !inUse.has(packId));
  for (const part of batches(emptied, IDS_PER_STATEMENT)) {
    await db
      .update(packs)
      .set({ state: 'empty', emptiedAtMs: atMs })
      .where(and(eq(packs.libraryId, libraryId), inArray(packs.packId, part)));
  }
  const sum = (some: readonly ChunkPlace[]) => some.reduce((total, place) => total + place.storedBytes, 0);
  return {
    chargedBytes: sum(places.filter((place) => place.charged)),
    storedBytes: sum(places),
    packsEmptied: emptied.length,
  };
}
