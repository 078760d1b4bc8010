import { assert } from '@tidesync/shared/brand';
import { and, asc, eq, inArray, lte, ne, sql } from 'drizzle-orm';
import type { ContentReads, ContentWrites } from '../../ports/store-content.ts';
import { batches, selectBatched } from './batched.ts';
import { lessBytes } from './byte-counts.ts';
import type { Connection } from './connection.ts';

type UploadReads = Pick<ContentReads, 'upload' | 'overdueUploads' | 'endedUploads' | 'reservedChunks'>;
type UploadWrites = Pick<
  ContentWrites,
  | 'openUpload'
  | 'extendUpload'
  | 'addReservedChunks'
  | 'dropReservedChunks'
  | 'expireUpload'
  | 'dropHeldOfEnded'
>;

const IDS_PER_DELETE = 500;

export function uploadQueries(connection: Connection): UploadReads & UploadWrites {
  const { db, tables, dialect } = connection;
  const { uploads: t, uploadChunks: chunks } = tables;
  const reads = uploadReads(connection);
  return {
    ...reads,
    async openUpload(upload) {
      await db.insert(t).values({ ...upload, state: 'open', reservedBytes: 0 });
    },
    async extendUpload(id, expiresAtMs) {
      await db.update(t).set({ expiresAtMs }).where(eq(t.uploadId, id));
    },
    async addReservedChunks(uploadId, added) {
      const rows = added.map(({ id, sizeBytes }) => ({ uploadId, chunkId: id, reservedBytes: sizeBytes }));
      const inserted = await dialect.insertNew(chunks, rows);
      assert(inserted === rows.length, 'room for a chunk is held once per upload');
      const addedBytes = added.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
      await db
        .update(t)
        .set({ reservedBytes: sql`${t.reservedBytes} + ${addedBytes}` })
        .where(eq(t.uploadId, uploadId));
    },
    async dropReservedChunks(uploadId, chunkIds) {
      const held = await reads.reservedChunks(uploadId, chunkIds);
      const freedBytes = held.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
      for (const part of batches(chunkIds, IDS_PER_DELETE)) {
        await db.delete(chunks).where(and(eq(chunks.uploadId, uploadId), inArray(chunks.chunkId, part)));
      }
      await db
        .update(t)
        .set({ reservedBytes: lessBytes(t.reservedBytes, freedBytes) })
        .where(eq(t.uploadId, uploadId));
      return freedBytes;
    },
    async expireUpload(id) {
      const upload = await reads.upload(id);
      const result = await db
        .update(t)
        .set({ state: 'expired', reservedBytes: 0 })
        .where(and(eq(t.uploadId, id), eq(t.state, 'open')));
      if (upload === null || dialect.affected(result) === 0) return null;
      const { libraryId, payerId, reservedBytes } = upload;
      return { libraryId, payerId, reservedBytes };
    },
    async dropHeldOfEnded(id, limit) {
      const rows = await db
        .select({ chunkId: chunks.chunkId })
        .from(chunks)
        .innerJoin(t, eq(t.uploadId, chunks.uploadId))
        .where(and(eq(chunks.uploadId, id), ne(t.state, 'open')))
        .orderBy(asc(chunks.chunkId))
        .limit(limit);
      for (const part of batches(rows, IDS_PER_DELETE)) {
        const ids = part.map((row) => row.chunkId);
        await db.delete(chunks).where(and(eq(chunks.uploadId, id), inArray(chunks.chunkId, ids)));
      }
      return rows.length;
    },
  };
}

function uploadReads({ db, tables, dialect }: Connection): UploadReads {
  const { uploads: t, uploadChunks: chunks } = tables;
  const expiredBy = async (state: 'open' | 'expired', byMs: number, limit: number) => {
    const rows = await db
      .select({ uploadId: t.uploadId })
      .from(t)
      .where(and(eq(t.state, state), lte(t.expiresAtMs, byMs)))
      .orderBy(asc(t.expiresAtMs))
      .limit(limit);
    return rows.map((row) => row.uploadId);
  };
  return {
    async upload(id) {
      const rows = await dialect.locking(db.select().from(t).where(eq(t.uploadId, id)));
      const row = rows[0];
      if (row === undefined) return null;
      const { state, ...rest } = row;
      return { ...rest, open: state === 'open' };
    },
    overdueUploads: (nowMs, limit) => expiredBy('open', nowMs, limit),
    endedUploads: (expiredByMs, limit) => expiredBy('expired', expiredByMs, limit),
    reservedChunks: (uploadId, chunkIds) =>
      selectBatched(chunkIds, (part) =>
        db
          .select({ id: chunks.chunkId, sizeBytes: chunks.reservedBytes })
          .from(chunks)
          .where(and(eq(chunks.uploadId, uploadId), inArray(chunks.chunkId, part))),
      ),
  };
}
