import { and, asc, count, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { AccountWrites } from '../../ports/store-people.ts';
import { changedBytes, lessBytes } from './byte-counts.ts';
import type { Connection } from './connection.ts';

export function accountQueries(connection: Connection): AccountWrites {
  return { ...accountRows(connection), ...accountRoom(connection) };
}

type Room = Pick<AccountWrites, 'reserve' | 'release' | 'settle' | 'setOrganisation' | 'resizeSlice'>;

function accountRows({ db, tables, dialect }: Connection): Omit<AccountWrites, keyof Room> {
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
  };
}

/** Sums only, no differences: in TiDB counts are unsigned, and a difference below zero is an error. */
function accountRoom({ db, tables, dialect }: Connection): Room {
  const t = tables.accounts;
  const holds = sql`${t.usedBytes} + ${t.reservedBytes}`;
  const roomFor = (sizeBytes: number) =>
    and(
      sql`${holds} + ${sizeBytes} <= ${t.limitBytes}`,
      or(isNull(t.organisationId), sql`${holds} + ${sizeBytes} <= ${t.sliceBytes}`),
    );
  return {
    async reserve(id, sizeBytes) {
      const result = await db
        .update(t)
        .set({ reservedBytes: sql`${t.reservedBytes} + ${sizeBytes}` })
        .where(and(eq(t.accountId, id), roomFor(sizeBytes)));
      return dialect.affected(result) === 1;
    },
    async release(id, sizeBytes) {
      await db
        .update(t)
        .set({ reservedBytes: lessBytes(t.reservedBytes, sizeBytes) })
        .where(eq(t.accountId, id));
    },
    async settle({ accountId, chargeBytes, releaseBytes }) {
      const growthBytes = chargeBytes - releaseBytes;
      const result = await db
        .update(t)
        .set({
          usedBytes: changedBytes(t.usedBytes, chargeBytes),
          reservedBytes: lessBytes(t.reservedBytes, releaseBytes),
        })
        .where(and(eq(t.accountId, accountId), growthBytes <= 0 ? undefined : roomFor(growthBytes)));
      return dialect.affected(result) === 1;
    },
    async setOrganisation(id, to) {
      await db.update(t).set(to).where(eq(t.accountId, id));
    },
    async resizeSlice({ accountId, organisationId, byBytes }) {
      const enough = byBytes < 0 ? sql`${holds} + ${-byBytes} <= ${t.sliceBytes}` : undefined;
      const result = await db
        .update(t)
        .set({ sliceBytes: changedBytes(t.sliceBytes, byBytes) })
        .where(and(eq(t.accountId, accountId), eq(t.organisationId, organisationId), enough));
      return dialect.affected(result) === 1;
    },
  };
}
