import { and, eq, gt, lte, or, sql } from 'drizzle-orm';
import type { LeaseWrites } from '../../ports/leases.ts';
import type { Connection } from './connection.ts';

export function leaseQueries({ db, tables, dialect }: Connection): LeaseWrites {
  const t = tables.leases;
  const byName: LeaseWrites['byName'] = async (name) => {
    const rows = await db
      .select({ holder: t.holder, fence: t.fence, untilMs: t.untilMs })
      .from(t)
      .where(eq(t.name, name));
    return rows[0] ?? null;
  };
  return {
    byName,
    async take({ name, holder, nowMs, untilMs, latestMs }) {
      const taken = await db
        .update(t)
        .set({ holder, fence: sql`${t.fence} + 1`, untilMs })
        .where(and(eq(t.name, name), or(lte(t.untilMs, nowMs), gt(t.untilMs, latestMs))));
      // Our own write is seen, and the row stays ours to the end of the transaction.
      if (dialect.affected(taken) === 1) return (await byName(name))?.fence ?? null;
      const made = await dialect.insertNew(t, [{ name, holder, fence: 1, untilMs }]);
      return made === 1 ? 1 : null;
    },
    async keep({ name, fence, untilMs }) {
      const kept = await db
        .update(t)
        .set({ untilMs })
        .where(and(eq(t.name, name), eq(t.fence, fence)));
      return dialect.affected(kept) === 1;
    },
  };
}
