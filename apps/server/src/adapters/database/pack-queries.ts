import type { UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { and, count, eq, inArray, sql } from 'drizzle-orm';
import type { ContentReads, ContentWrites, PackRow } from '../../ports/store-content.ts';
import type { Connection } from './connection.ts';

type PackQueries = Pick<ContentReads, 'packs' | 'packsOfUpload' | 'unsealedPacks' | 'outstanding'> &
  Pick<ContentWrites, 'forgetUnsealed' | 'addSignedPacks' | 'sealPack'>;

const FRESH = { checkedAtMs: null, freedChunks: null, emptiedAtMs: null };

export function packQueries({ db, tables, dialect }: Connection): PackQueries {
  const { packs: t, locations, uploads, uploadChunks } = tables;
  // Of a chunk that holds no room, as it is paid for, nobody has noted how large it is.
  const { reservedBytes: heldBytes } = uploadChunks;
  const sizeOf = sql`case when ${heldBytes} = 0 then ${limits.chunkBytesMax} else ${heldBytes} end`;
  const unsealedOf = (uploadId: UploadId) => and(eq(t.uploadId, uploadId), eq(t.state, 'signed'));
  const rowOf = ({
    packId,
    uploadId,
    uploaderId,
    sizeBytes,
    sha256,
    state,
  }: typeof t.$inferSelect): PackRow => ({
    packId,
    uploadId,
    uploaderId,
    sizeBytes,
    sha256,
    sealed: state !== 'signed',
  });
  return {
    async packs(libraryId, packIds) {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.libraryId, libraryId), inArray(t.packId, [...packIds])));
      return rows.map(rowOf);
    },
    async packsOfUpload(uploadId, sha256s) {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.uploadId, uploadId), inArray(t.sha256, [...sha256s])));
      return rows.map(rowOf);
    },
    async outstanding(uploadId) {
      const [signed] = await db
        .select({ packs: count(), bytes: sql<number>`coalesce(sum(${t.sizeBytes}), 0)`.mapWith(Number) })
        .from(t)
        .where(unsealedOf(uploadId));
      const [reserved] = await db
        .select({
          chunks: count(),
          bytes: sql<number>`coalesce(sum(${sizeOf}), 0)`.mapWith(Number),
        })
        .from(uploadChunks)
        .where(eq(uploadChunks.uploadId, uploadId));
      return {
        reservedBytes: reserved?.bytes ?? 0,
        reservedChunks: reserved?.chunks ?? 0,
        signedBytes: signed?.bytes ?? 0,
        signedPacks: signed?.packs ?? 0,
      };
    },
    async unsealedPacks(uploadId) {
      return db.select({ libraryId: t.libraryId, packId: t.packId }).from(t).where(unsealedOf(uploadId));
    },
    async forgetUnsealed(id) {
      await db.delete(t).where(unsealedOf(id));
      await db.update(uploads).set({ state: 'closed' }).where(eq(uploads.uploadId, id));
    },
    async addSignedPacks(libraryId, packs) {
      const rows = packs.map((pack) => ({ libraryId, ...pack, state: 'signed' as const, ...FRESH }));
      await dialect.insertNew(t, rows);
    },
    async sealPack({ libraryId, packId, uploaderId, entries, charged }) {
      await db
        .update(t)
        .set({ state: 'sealed' })
        .where(and(eq(t.libraryId, libraryId), eq(t.packId, packId), eq(t.state, 'signed')));
      const rows = entries.map((entry) => ({
        libraryId,
        packId,
        ...entry,
        uploaderId,
        verified: false,
        charged: charged.has(entry.chunkId),
        condemnedAtMs: null,
      }));
      await dialect.insertNew(locations, rows);
    },
  };
}
