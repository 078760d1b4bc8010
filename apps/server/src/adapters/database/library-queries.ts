import { assert } from '@tidesync/shared/brand';
import { CHAIN_START } from '@tidesync/shared/chain';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { LibraryReads, LibraryWrites } from '../../ports/store-people.ts';
import { accountQueries } from './account-queries.ts';
import type { Connection } from './connection.ts';
import { sha256Hex } from './sha256.ts';

export function libraryQueries(connection: Connection): LibraryWrites {
  return { ...libraryReads(connection), ...libraryChanges(connection) };
}

function libraryReads({ db, tables, dialect }: Connection): LibraryReads {
  const { libraries, libraryMembers: members, accounts } = tables;
  return {
    async byId(id) {
      const rows = await dialect.locking(db.select().from(libraries).where(eq(libraries.libraryId, id)));
      const row = rows[0];
      if (row === undefined) return null;
      const { libraryId, ownerId, name, headSeq, createdAtMs, deletedAtMs } = row;
      return { libraryId, ownerId, name, headSeq, createdAtMs, deleted: deletedAtMs !== null };
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
  };
}

function libraryChanges(connection: Connection): Omit<LibraryWrites, keyof LibraryReads> {
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
    const accounts = accountQueries(connection);
    const rows = await dialect.locking(db.select().from(libraries).where(eq(libraries.libraryId, id)));
    const library = rows[0];
    assert(library !== undefined, 'the library exists');
    if (library.ownerId === newOwnerId) return 'transferred';
    const { storedBytes } = library;
    const taken = await db
      .select({ libraryId: libraries.libraryId })
      .from(libraries)
      .where(and(eq(libraries.ownerId, newOwnerId), eq(libraries.nameKey, sha256Hex(library.name))));
    if (taken.length > 0) return 'nameTaken';
    const room = await accounts.settle({ accountId: newOwnerId, chargeBytes: storedBytes, releaseBytes: 0 });
    if (!room) return 'noRoom';
    await accounts.settle({ accountId: library.ownerId, chargeBytes: -storedBytes, releaseBytes: 0 });
    await db.update(libraries).set({ ownerId: newOwnerId }).where(eq(libraries.libraryId, id));
    await setRole(id, library.ownerId, 'editor');
    await setRole(id, newOwnerId, 'owner');
    return 'transferred';
  }
}
