import type { SQL } from 'drizzle-orm';
import { and, asc, eq, gt, inArray, isNull, lte, or } from 'drizzle-orm';
import type { ArrivedPack, ContentReads, ContentWrites, PackPlace } from '../../ports/store-content.ts';
import { batches, selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';

type VerifyQueries = Pick<
  ContentReads,
  'packsToCheck' | 'verifiedPacks' | 'isThinned' | 'locationsIn' | 'locationsOf' | 'knownContents'
> &
  Pick<ContentWrites, 'markVerified' | 'markDamaged'>;

const IDS_PER_UPDATE = 500;

export function verifyQueries({ db, tables, dialect }: Connection): VerifyQueries {
  const { packs: t, locations, revisions } = tables;
  const moveOn = async (
    pack: ArrivedPack,
    values: { state: 'verified' | 'damaged'; checkedAtMs: number },
  ) => {
    const result = await db
      .update(t)
      .set(values)
      .where(and(eq(t.libraryId, pack.libraryId), eq(t.packId, pack.packId), eq(t.state, pack.seen)));
    return dialect.affected(result) === 1;
  };
  /** By library and id, in two ranges rather than one condition with OR, so that each is one walk along the index. */
  const packsAfter = async (which: SQL | undefined, after: PackPlace | null, limit: number) => {
    const page = (range: SQL | undefined, count: number) =>
      db
        .select({
          ...{ libraryId: t.libraryId, packId: t.packId, sizeBytes: t.sizeBytes },
          ...{ sha256: t.sha256, checkedAtMs: t.checkedAtMs },
        })
        .from(t)
        .where(and(which, range))
        .orderBy(asc(t.libraryId), asc(t.packId))
        .limit(count);
    if (after === null) return page(undefined, limit);
    const rows = await page(and(eq(t.libraryId, after.libraryId), gt(t.packId, after.packId)), limit);
    if (rows.length < limit)
      rows.push(...(await page(gt(t.libraryId, after.libraryId), limit - rows.length)));
    return rows;
  };
  return {
    async packsToCheck({ state, after, checkedByMs, limit }) {
      const due = and(eq(t.state, state), or(isNull(t.checkedAtMs), lte(t.checkedAtMs, checkedByMs)));
      const rows = await packsAfter(due, after, limit);
      return rows.map(({ checkedAtMs: _at, ...row }) => ({ ...row, seen: state }));
    },
    async verifiedPacks({ after, limit }) {
      const rows = await packsAfter(eq(t.state, 'verified'), after, limit);
      return rows.map((row) => ({ ...row, seen: 'verified' as const }));
    },
    async isThinned({ libraryId, packId }) {
      const rows = await db
        .select({ freedChunks: t.freedChunks })
        .from(t)
        .where(and(eq(t.libraryId, libraryId), eq(t.packId, packId)));
      return (rows[0]?.freedChunks ?? 0) > 0;
    },
    async locationsIn({ libraryId, packId }, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .select()
          .from(locations)
          .where(
            and(
              eq(locations.libraryId, libraryId),
              inArray(locations.chunkId, part),
              eq(locations.packId, packId),
            ),
          ),
      );
      return rows.map(({ chunkId, offset, storedBytes, plainBytes, codec, storedSha256 }) => {
        return { chunkId, offset, storedBytes, plainBytes, codec, storedSha256 };
      });
    },
    async markVerified(pack, { chunkIds, atMs }) {
      if (!(await moveOn(pack, { state: 'verified', checkedAtMs: atMs }))) return false;
      for (const part of batches(chunkIds, IDS_PER_UPDATE)) {
        await db
          .update(locations)
          .set({ verified: true })
          .where(
            and(
              eq(locations.libraryId, pack.libraryId),
              inArray(locations.chunkId, part),
              eq(locations.packId, pack.packId),
            ),
          );
      }
      return true;
    },
    async markDamaged(pack, { atMs }) {
      if (!(await moveOn(pack, { state: 'damaged', checkedAtMs: atMs }))) return false;
      if (pack.seen !== 'verified') return true;
      const ofPack = and(eq(locations.libraryId, pack.libraryId), eq(locations.packId, pack.packId));
      const rows = await db.select({ chunkId: locations.chunkId }).from(locations).where(ofPack);
      for (const part of batches(rows, IDS_PER_UPDATE)) {
        const ids = part.map((row) => row.chunkId);
        await db
          .update(locations)
          .set({ verified: false })
          .where(and(ofPack, inArray(locations.chunkId, ids)));
      }
      return true;
    },
    async locationsOf(libraryId, chunkIds) {
      const rows = await selectBatched(chunkIds, (part) =>
        db
          .select()
          .from(locations)
          .where(and(eq(locations.libraryId, libraryId), inArray(locations.chunkId, part))),
      );
      return rows.map(
        ({ libraryId: _l, uploaderId: _u, charged: _c, condemnedAtMs: _n, ...location }) => location,
      );
    },
    async knownContents(libraryId, contentIds) {
      const rows = await selectBatched(contentIds, (part) =>
        db
          .selectDistinct({ contentId: revisions.contentId })
          .from(revisions)
          .where(and(eq(revisions.libraryId, libraryId), inArray(revisions.contentId, part))),
      );
      return new Set(rows.map((row) => row.contentId));
    },
  };
}
