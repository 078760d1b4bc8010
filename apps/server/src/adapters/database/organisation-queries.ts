import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import type { OrganisationReads, OrganisationWrites } from '../../ports/store-organisations.ts';
import { lessBytes, sumOf } from './byte-counts.ts';
import type { Connection } from './connection.ts';

export function organisationQueries(connection: Connection): OrganisationWrites {
  const { db, tables, dialect } = connection;
  const t = tables.organisations;
  return {
    ...organisationReads(connection),
    async create(organisation) {
      return (await dialect.insertNew(t, [{ ...organisation, slicedBytes: 0 }])) === 1;
    },
    async setLimit(id, limitBytes) {
      await db.update(t).set({ limitBytes }).where(eq(t.organisationId, id));
    },
    async take(id, sizeBytes) {
      const result = await db
        .update(t)
        .set({ slicedBytes: sql`${t.slicedBytes} + ${sizeBytes}` })
        .where(and(eq(t.organisationId, id), sql`${t.slicedBytes} + ${sizeBytes} <= ${t.limitBytes}`));
      return dialect.affected(result) === 1;
    },
    async giveBack(id, sizeBytes) {
      await db
        .update(t)
        .set({ slicedBytes: lessBytes(t.slicedBytes, sizeBytes) })
        .where(eq(t.organisationId, id));
    },
    async remove(id) {
      await db.delete(t).where(eq(t.organisationId, id));
    },
  };
}

function organisationReads({ db, tables, dialect }: Connection): OrganisationReads {
  const { organisations: t, accounts } = tables;
  return {
    async byId(id) {
      const rows = await dialect.locking(db.select().from(t).where(eq(t.organisationId, id)));
      return rows[0] ?? null;
    },
    async byName(name) {
      const rows = await dialect.locking(db.select().from(t).where(eq(t.name, name)));
      return rows[0] ?? null;
    },
    async page({ afterName, limit }) {
      const after = afterName === null ? undefined : gt(t.name, afterName);
      return db.select().from(t).where(after).orderBy(asc(t.name)).limit(limit);
    },
    async totals(id) {
      const rows = await db
        .select({
          members: count(),
          usedBytes: sumOf(accounts.usedBytes),
          reservedBytes: sumOf(accounts.reservedBytes),
          sliceBytes: sumOf(accounts.sliceBytes),
        })
        .from(accounts)
        .where(eq(accounts.organisationId, id));
      const { members = 0, usedBytes = 0, reservedBytes = 0, sliceBytes = 0 } = rows[0] ?? {};
      return {
        members,
        usedBytes: Number(usedBytes),
        reservedBytes: Number(reservedBytes),
        sliceBytes: Number(sliceBytes),
      };
    },
    async members({ organisationId, afterId, limit }) {
      const after = afterId === null ? undefined : gt(accounts.accountId, afterId);
      return db
        .select()
        .from(accounts)
        .where(and(eq(accounts.organisationId, organisationId), after))
        .orderBy(asc(accounts.accountId))
        .limit(limit);
    },
  };
}
