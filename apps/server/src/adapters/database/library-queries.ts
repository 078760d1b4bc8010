import { assert } from '@tidesync/shared/brand';
import { CHAIN_START } from '@tidesync/shared/chain';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { and, asc, eq, gt, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { LibraryReads, LibraryRow, LibraryWrites } from '../../ports/store-people.ts';
import { changedBytes, lessBytes } from './byte-counts.ts';
import type { Connection } from './connection.ts';
import { sha256Hex } from './sha256.ts';
import type { Tables } from './tables.ts';

export function libraryQueries(connection: Connection): LibraryWrites {
  return { ...libraryReads(connection), ...libraryChanges(connection), ...libraryRoom(connection) };
}

/** Without what is the database's own affair. */
export function libraryRowOf(row: Tables['libraries']['$inferSelect']): LibraryRow {
  const {
    nameKey: _key,
    headChain: _chain,
    refVersion: _version,
    collection: _run,
    deletedAtMs,
    ...rest
  } = row;
  return { ...rest, deleted: deletedAtMs !== null };
}

function libraryReads({ db, tables, dialect }: Connection): LibraryReads {
  const { libraries, libraryMembers: members, accounts } = tables;
  return {
    async byId(id) {
      const rows = await dialect.locking(db.select().from(libraries).where(eq(libraries.libraryId, id)));
      return rows[0] === undefined ? null : libraryRowOf(rows[0]);
    },
    async roleOf(id, accountId) {
      const rows = await db
        .select({ role: members.role })
        .from(members)
        .innerJoin(libraries, eq(libraries.libraryId, members.libraryId))
        .where(
          and(eq(members.libraryId, id), eq(members.accountId, accountId), isNull(libraries.deletedAtMs)),
        );
      return rows[0]?.role ?? null;
    },
    async listFor(accountId) {
      return db
        .select({
          libraryId: libraries.libraryId,
          name: libraries.name,
          ownerEmail: accounts.email,
          role: members.role,
          headSeq: libraries.headSeq,
          createdAtMs: libraries.createdAtMs,
          versionDays: libraries.versionDays,
          trashDays: libraries.trashDays,
        })
        .from(members)
        .innerJoin(libraries, eq(libraries.libraryId, members.libraryId))
        .innerJoin(accounts, eq(accounts.accountId, libraries.ownerId))
        .where(and(eq(members.accountId, accountId), isNull(libraries.deletedAtMs)))
        .orderBy(asc(libraries.name), asc(libraries.libraryId));
    },
    async members(id) {
      return db
        .select({ accountId: members.accountId, email: accounts.email, role: members.role })
        .from(members)
        .innerJoin(accounts, eq(accounts.accountId, members.accountId))
        .where(eq(members.libraryId, id))
        .orderBy(sql`CASE ${members.role} WHEN 'owner' THEN 0 ELSE 1 END`, asc(accounts.email));
    },
    async ownedPage({ ownerId, afterId, limit }) {
      const after = afterId === null ? undefined : gt(libraries.libraryId, afterId);
      const rows = await db
        .select()
        .from(libraries)
        .where(and(eq(libraries.ownerId, ownerId), after))
        .orderBy(asc(libraries.libraryId))
        .limit(limit);
      return rows.map(libraryRowOf);
    },
    async limited(ownerId, limit) {
      const rows = await db
        .select()
        .from(libraries)
        .where(
          and(eq(libraries.ownerId, ownerId), isNull(libraries.deletedAtMs), isNotNull(libraries.limitBytes)),
        )
        .orderBy(asc(libraries.name))
        .limit(limit);
      return rows.map(libraryRowOf);
    },
  };
}

type Room = Pick<LibraryWrites, 'setRetention' | 'setLimit' | 'reserve' | 'release' | 'settle'>;

function libraryRoom({ db, tables, dialect }: Connection): Room {
  const t = tables.libraries;
  const roomFor = (sizeBytes: number) =>
    or(isNull(t.limitBytes), sql`${t.storedBytes} + ${t.reservedBytes} + ${sizeBytes} <= ${t.limitBytes}`);
  return {
    async setRetention(id, days) {
      await db.update(t).set(days).where(eq(t.libraryId, id));
    },
    async setLimit(id, limitBytes) {
      await db.update(t).set({ limitBytes }).where(eq(t.libraryId, id));
    },
    async reserve(id, sizeBytes) {
      const result = await db
        .update(t)
        .set({ reservedBytes: sql`${t.reservedBytes} + ${sizeBytes}` })
        .where(and(eq(t.libraryId, id), isNull(t.deletedAtMs), roomFor(sizeBytes)));
      return dialect.affected(result) === 1;
    },
    async release(id, sizeBytes) {
      await db
        .update(t)
        .set({ reservedBytes: lessBytes(t.reservedBytes, sizeBytes) })
        .where(eq(t.libraryId, id));
    },
    async settle({ libraryId, chargeBytes, releaseBytes }) {
      const growthBytes = chargeBytes - releaseBytes;
      const result = await db
        .update(t)
        .set({
          storedBytes: changedBytes(t.storedBytes, chargeBytes),
          reservedBytes: lessBytes(t.reservedBytes, releaseBytes),
        })
        .where(and(eq(t.libraryId, libraryId), growthBytes <= 0 ? undefined : roomFor(growthBytes)));
      return dialect.affected(result) === 1;
    },
  };
}

function libraryChanges(connection: Connection): Omit<LibraryWrites, keyof LibraryReads | keyof Room> {
  const { db, tables, dialect } = connection;
  const { libraries, libraryMembers: members } = tables;
  const setRole = (libraryId: LibraryId, accountId: AccountId, role: 'owner' | 'editor' | 'viewer') =>
    dialect.upsert({ table: members, primaryKey: [members.libraryId, members.accountId] }, [
      { libraryId, accountId, role },
    ]);
  return {
    async create({ libraryId, ownerId, name, createdAtMs }) {
      const library = {
        libraryId,
        ownerId,
        name,
        nameKey: sha256Hex(name),
        headSeq: 0,
        headChain: CHAIN_START,
        refVersion: 0,
        storedBytes: 0,
        createdAtMs,
        deletedAtMs: null,
        limitBytes: null,
        reservedBytes: 0,
        versionDays: null,
        trashDays: null,
        versionsEndedSeq: null,
        trashEndedSeq: null,
        collection: null,
      };
      if ((await dialect.insertNew(libraries, [library])) === 0) return 'nameTaken';
      await setRole(libraryId, ownerId, 'owner');
      return 'made';
    },
    async rename(id, name) {
      try {
        await db
          .update(libraries)
          .set({ name, nameKey: sha256Hex(name) })
          .where(eq(libraries.libraryId, id));
        return 'renamed';
      } catch (error) {
        if (dialect.isDuplicateKey(error)) return 'nameTaken';
        throw error;
      }
    },
    async markDeleted(id, atMs) {
      await db
        .update(libraries)
        .set({ deletedAtMs: atMs, nameKey: null })
        .where(and(eq(libraries.libraryId, id), isNull(libraries.deletedAtMs)));
    },
    setMember: async (id, accountId, role) => {
      const owners = await db
        .select({ ownerId: libraries.ownerId })
        .from(libraries)
        .where(eq(libraries.libraryId, id));
      assert(owners[0]?.ownerId !== accountId, 'an owner changes through a transfer');
      await setRole(id, accountId, role);
    },
    async removeMember(id, accountId) {
      const of = and(eq(members.libraryId, id), eq(members.accountId, accountId));
      const result = await db.delete(members).where(and(of, ne(members.role, 'owner')));
      if (dialect.affected(result) === 1) return true;
      const left = await db.select({ role: members.role }).from(members).where(of);
      assert(left.length === 0, 'a library keeps its owner');
      return false;
    },
    transfer: (id, newOwnerId) => transfer(connection, id, newOwnerId),
  };

  async function transfer({ db }: Connection, id: LibraryId, newOwnerId: AccountId) {
    const rows = await dialect.locking(db.select().from(libraries).where(eq(libraries.libraryId, id)));
    const library = rows[0];
    assert(library !== undefined, 'the library exists');
    if (library.ownerId === newOwnerId) return 'transferred';
    const taken = await db
      .select({ libraryId: libraries.libraryId })
      .from(libraries)
      .where(and(eq(libraries.ownerId, newOwnerId), eq(libraries.nameKey, sha256Hex(library.name))));
    if (taken.length > 0) return 'nameTaken';
    await db.update(libraries).set({ ownerId: newOwnerId }).where(eq(libraries.libraryId, id));
    await setRole(id, library.ownerId, 'editor');
    await setRole(id, newOwnerId, 'owner');
    return 'transferred';
  }
}
