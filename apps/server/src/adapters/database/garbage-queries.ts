import type { ContentId } from '@tidesync/shared/ids';
import { and, asc, count, eq, gt, gte, inArray, isNull, lt, lte, max, or, sql } from 'drizzle-orm';
import type { ContentUse, GarbageReads, GarbageWrites } from '../../ports/store-garbage.ts';
import { selectBatched } from './batched.ts';
import { collectedOf } from './collected-library.ts';
import type { Connection } from './connection.ts';
import { garbageWrites } from './garbage-writes.ts';
import { usageQueries } from './usage-queries.ts';

export function garbageQueries(connection: Connection): GarbageWrites {
  return {
    ...libraryReads(connection),
    ...contentUses(connection),
    ...chunkReads(connection),
    ...usageQueries(connection),
    ...garbageWrites(connection),
  };
}

type LibraryReads = Pick<
  GarbageReads,
  'library' | 'hasDamage' | 'damagedPacks' | 'commitsAfter' | 'deletedBetween' | 'openUploads'
>;

function libraryReads({ db, tables, dialect }: Connection): LibraryReads {
  const { libraries, packs, commits, entries, uploads } = tables;
  return {
    async library(id) {
      const rows = await db.select().from(libraries).where(eq(libraries.libraryId, id));
      return rows[0] === undefined ? null : collectedOf(rows[0]);
    },
    async hasDamage(id) {
      const rows = await db
        .select({ packId: packs.packId })
        .from(packs, ...dialect.indexHint('packs_state'))
        .where(and(eq(packs.state, 'damaged'), eq(packs.libraryId, id)))
        .limit(1);
      return rows.length > 0;
    },
    async damagedPacks() {
      const rows = await db.select({ count: count() }).from(packs).where(eq(packs.state, 'damaged'));
      return rows[0]?.count ?? 0;
    },
    async commitsAfter({ libraryId, afterSeq, limit }) {
      return db
        .select({ lastSeq: commits.lastSeq, atMs: commits.atMs })
        .from(commits)
        .where(and(eq(commits.libraryId, libraryId), gt(commits.firstSeq, afterSeq)))
        .orderBy(asc(commits.firstSeq))
        .limit(limit);
    },
    async deletedBetween(libraryId, afterSeq, upToSeq) {
      const rows = await db
        .select({ count: count() })
        .from(entries, ...dialect.indexHint('entries_deleted'))
        .where(
          and(
            eq(entries.libraryId, libraryId),
            gt(entries.deletedSeq, afterSeq),
            lte(entries.deletedSeq, upToSeq),
          ),
        );
      return rows[0]?.count ?? 0;
    },
    async openUploads(libraryId, nowMs) {
      return db
        .select({ uploadId: uploads.uploadId, accountId: uploads.accountId })
        .from(uploads)
        .where(
          and(eq(uploads.libraryId, libraryId), eq(uploads.state, 'open'), gt(uploads.expiresAtMs, nowMs)),
        );
    },
  };
}

function contentUses({ db, tables, dialect }: Connection): Pick<GarbageReads, 'usesOf'> {
  const { entries, changes } = tables;
  return {
    async usesOf(libraryId, contentIds, { versionsEndedSeq, trashEndedSeq }) {
      const uses = new Map<ContentId, Exclude<ContentUse, 'nothing'>>();
      const entriesWith = (part: ContentId[], deleted: ReturnType<typeof isNull>) =>
        db
          .selectDistinct({ contentId: entries.contentId })
          .from(entries, ...dialect.indexHint('entries_content'))
          .where(and(eq(entries.libraryId, libraryId), inArray(entries.contentId, part), deleted));
      const versions = await selectBatched(contentIds, (part) =>
        db
          .selectDistinct({ contentId: changes.contentId })
          .from(changes, ...dialect.indexHint('changes_content'))
          .innerJoin(
            entries,
            and(eq(entries.libraryId, changes.libraryId), eq(entries.entryId, changes.entryId)),
          )
          .where(
            and(
              eq(changes.libraryId, libraryId),
              inArray(changes.contentId, part),
              gt(changes.endedSeq, versionsEndedSeq),
              // What a file was before is of no use to anyone once it is gone itself.
              or(isNull(entries.deletedSeq), gt(entries.deletedSeq, trashEndedSeq)),
            ),
          ),
      );
      const trash = await selectBatched(contentIds, (part) =>
        entriesWith(part, gt(entries.deletedSeq, trashEndedSeq)),
      );
      const live = await selectBatched(contentIds, (part) => entriesWith(part, isNull(entries.deletedSeq)));
      for (const { contentId } of [...versions, ...trash])
        if (contentId !== null) uses.set(contentId, 'history');
      for (const { contentId } of live) if (contentId !== null) uses.set(contentId, 'live');
      return uses;
    },
  };
}

function chunkReads({
  db,
  tables,
  dialect,
}: Connection): Pick<GarbageReads, 'chunksIn' | 'placesOf' | 'emptyPacks'> & Pick<GarbageWrites, 'stagedAt'> {
  const { locations: t, packs, revisions } = tables;
  return {
    async chunksIn({ libraryId, from, below, limit }) {
      const until = below === null ? undefined : lt(t.chunkId, below);
      const rows = await db
        .selectDistinct({ chunkId: t.chunkId })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), gte(t.chunkId, from), until))
        .orderBy(asc(t.chunkId))
        .limit(limit);
      return rows.map((row) => row.chunkId);
    },
    async placesOf(libraryId, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .select({
            chunkId: t.chunkId,
            packId: t.packId,
            uploaderId: t.uploaderId,
            storedBytes: t.storedBytes,
            charged: t.charged,
            condemnedAtMs: t.condemnedAtMs,
          })
          .from(t)
          .where(and(eq(t.libraryId, libraryId), inArray(t.chunkId, part))),
      );
      const packIds = [...new Set(rows.map((row) => row.packId))];
      const found = await selectBatched(packIds, (part) =>
        db
          .select({ packId: packs.packId, atMs: packs.atMs, uploadId: packs.uploadId })
          .from(packs)
          .where(and(eq(packs.libraryId, libraryId), inArray(packs.packId, part))),
      );
      const packOf = new Map(found.map((pack) => [pack.packId, pack]));
      return rows.map((row) => ({ ...row, pack: packOf.get(row.packId) ?? null }));
    },
    async emptyPacks({ libraryId, emptiedByMs, after, limit }) {
      const behind = after === null ? undefined : gt(packs.packId, after);
      return db
        .select({ packId: packs.packId, sizeBytes: packs.sizeBytes })
        .from(packs, ...dialect.indexHint('packs_state'))
        .where(
          and(
            eq(packs.state, 'empty'),
            eq(packs.libraryId, libraryId),
            behind,
            lte(packs.emptiedAtMs, emptiedByMs),
          ),
        )
        .orderBy(asc(packs.packId))
        .limit(limit);
    },
    async stagedAt(libraryId, contentIds) {
      const rows = await selectBatched(contentIds, (part) =>
        db
          .select({
            contentId: revisions.contentId,
            atMs: sql<number>`${max(revisions.atMs)}`.mapWith(Number),
          })
          .from(revisions)
          .where(and(eq(revisions.libraryId, libraryId), inArray(revisions.contentId, part)))
          .groupBy(revisions.contentId),
      );
      return new Map(rows.map(({ contentId, atMs }) => [contentId, atMs]));
    },
  };
}
