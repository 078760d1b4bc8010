import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import type { AccountWrites } from '../../ports/store-people.ts';
import type { Connection } from './connection.ts';

export function accountQueries({ db, tables, dialect }: Connection): AccountWrites {
  const t = tables.accounts;
  const set = async (id: typeof t.$inferSelect.accountId, values: Partial<typeof t.$inferInsert>) => {
    await db.update(t).set(values).where(eq(t.accountId, id));
  };
  return {
    async count() {
      const rows = await db.select({ count: count() }).from(t);
      return rows[0]?.count ?? 0;
    },
    async byId(id) {
      const rows = await dialect.locking(db.select().from(t).where(eq(t.accountId, id)));
      return rows[0] ?? null;
    },
    async byEmail(email) {
      const rows = await dialect.locking(db.select().from(t).where(eq(t.email, email)));
      return rows[0] ?? null;
    },
    async page({ afterEmail, limit }) {
      const after = afterEmail === null ? undefined : gt(t.email, afterEmail);
      return db.select().from(t).where(after).orderBy(asc(t.email)).limit(limit);
    },
    async create(account) {
      const fresh = { suspended: false, usedBytes: 0, reservedBytes: 0, organisationId: null, sliceBytes: 0 };
      const row = { ...account, ...fresh };
      return (await dialect.insertNew(t, [row])) === 1;
    },
    setSuspended: (id, suspended) => set(id, { suspended }),
    setLimit: (id, limitBytes) => set(id, { limitBytes }),
    setPasswordHash: (id, passwordHash) => set(id, { passwordHash }),
    async reserve(id, sizeBytes) {
      const result = await db
        .update(t)
        .set({ reservedBytes: sql`${t.reservedBytes} + ${sizeBytes}` })
        .where(
          and(
            eq(t.accountId, id),
            sql`${t.usedBytes} + ${t.reservedBytes} + ${sizeBytes} <= ${t.limitBytes}`,
          ),
        );
      return dialect.affected(result) === 1;
    },
    async release(id, sizeBytes) {
      await db
        .update(t)
        .set({ reservedBytes: sql`${t.reservedBytes} - ${sizeBytes}` })
        .where(eq(t.accountId, id));
    },
    async settle({ accountId, chargeBytes, releaseBytes }) {
      const growth = chargeBytes - releaseBytes;
      const result = await db
        .update(t)
        .set({
          usedBytes: sql`${t.usedBytes} + ${chargeBytes}`,
          reservedBytes: sql`${t.reservedBytes} - ${releaseBytes}`,
        })
        .where(
          and(
            eq(t.accountId, accountId),
            sql`(${growth} <= 0 OR ${t.usedBytes} + ${t.reservedBytes} + ${growth} <= ${t.limitBytes})`,
          ),
        );
      return dialect.affected(result) === 1;
    },
  };
}
