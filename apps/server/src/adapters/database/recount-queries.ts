import type { SQL } from 'drizzle-orm';
import { and, asc, eq, gt, gte, lt } from 'drizzle-orm';
import type { RecountReads, RecountWrites } from '../../ports/store-recount.ts';
import { sumOf } from './byte-counts.ts';
import type { Connection } from './connection.ts';

export function recountQueries(connection: Connection): RecountWrites {
  const { db, tables } = connection;
  const { uploads, libraries, accounts, organisations } = tables;
  return {
    ...pagesOfIds(connection),
    ...sums(connection),
    async correctUpload(id, counts) {
      await db.update(uploads).set(counts).where(eq(uploads.uploadId, id));
    },
    async correctLibrary(id, counts) {
      await db.update(libraries).set(counts).where(eq(libraries.libraryId, id));
    },
    async correctAccount(id, counts) {
      await db.update(accounts).set(counts).where(eq(accounts.accountId, id));
    },
    async correctOrganisation(id, counts) {
      await db.update(organisations).set(counts).where(eq(organisations.organisationId, id));
    },
  };
}

type Pages = Pick<RecountReads, 'libraryIds' | 'openUploads' | 'accountIds' | 'organisationIds'>;

function pagesOfIds({ db, tables }: Connection): Pages {
  const { uploads, libraries, accounts, organisations } = tables;
  return {
    async libraryIds({ afterId, limit }) {
      const { libraryId: id } = libraries;
      const after = afterId === null ? undefined : gt(id, afterId);
      const rows = await db.select({ id }).from(libraries).where(after).orderBy(asc(id)).limit(limit);
      return rows.map((row) => row.id);
    },
    async openUploads({ libraryId, afterId, limit }) {
      const { uploadId: id } = uploads;
      const after = afterId === null ? undefined : gt(id, afterId);
      const rows = await db
        .select({ id })
        .from(uploads)
        .where(and(eq(uploads.libraryId, libraryId), eq(uploads.state, 'open'), after))
        .orderBy(asc(id))
        .limit(limit);
      return rows.map((row) => row.id);
    },
    async accountIds({ afterId, limit }) {
      const { accountId: id } = accounts;
      const after = afterId === null ? undefined : gt(id, afterId);
      const rows = await db.select({ id }).from(accounts).where(after).orderBy(asc(id)).limit(limit);
      return rows.map((row) => row.id);
    },
    async organisationIds({ afterId, limit }) {
      const { organisationId: id } = organisations;
      const after = afterId === null ? undefined : gt(id, afterId);
      const rows = await db.select({ id }).from(organisations).where(after).orderBy(asc(id)).limit(limit);
      return rows.map((row) => row.id);
    },
  };
}

function sums({ db, tables, dialect }: Connection): Omit<RecountReads, keyof Pages> {
  const { uploads, uploadChunks, libraries, locations } = tables;
  const first = (rows: readonly { readonly sum: number | string }[]) => Number(rows[0]?.sum ?? 0);
  const heldBy = async (of: SQL) => {
    const rows = await db
      .select({ sum: sumOf(uploadChunks.reservedBytes) })
      .from(uploads)
      .innerJoin(uploadChunks, eq(uploadChunks.uploadId, uploads.uploadId))
      .where(and(of, eq(uploads.state, 'open')));
    return first(rows);
  };
  return {
    async library(id) {
      const { ownerId, storedBytes, reservedBytes, refVersion } = libraries;
      const counts = db.select({ ownerId, storedBytes, reservedBytes, refVersion }).from(libraries);
      const rows = await dialect.locking(counts.where(eq(libraries.libraryId, id)));
      return rows[0] ?? null;
    },
    async chargedBytes({ libraryId, from, below }) {
      const { chunkId, charged, storedBytes } = locations;
      const until = below === null ? undefined : lt(chunkId, below);
      const rows = await db
        .select({ sum: sumOf(storedBytes) })
        .from(locations)
        .where(and(eq(locations.libraryId, libraryId), gte(chunkId, from), until, eq(charged, true)));
      return first(rows);
    },
    heldInLibrary: (id) => heldBy(eq(uploads.libraryId, id)),
    heldOnAccount: (id) => heldBy(eq(uploads.payerId, id)),
    async heldByChunks(id) {
      const rows = await db
        .select({ sum: sumOf(uploadChunks.reservedBytes) })
        .from(uploadChunks)
        .where(eq(uploadChunks.uploadId, id));
      return first(rows);
    },
    async ownedBytes(id) {
      const rows = await db
        .select({ sum: sumOf(libraries.storedBytes) })
        .from(libraries)
        .where(eq(libraries.ownerId, id));
      return first(rows);
    },
  };
}
