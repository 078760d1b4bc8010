import { and, desc, eq, gte, lt, lte, or } from 'drizzle-orm';
import type { AuditWrites } from '../../ports/store-audit.ts';
import type { Connection } from './connection.ts';

export function auditQueries({ db, tables }: Connection): AuditWrites {
  const t = tables.audit;
  return {
    async page({ before, sinceMs, limit }) {
      const earlier =
        before === null
          ? undefined
          : and(
              // Said once more, so that the index on the time bounds what is read.
              lte(t.atMs, before.atMs),
              or(lt(t.atMs, before.atMs), lt(t.auditId, before.auditId)),
            );
      return db
        .select()
        .from(t)
        .where(and(gte(t.atMs, sinceMs), earlier))
        .orderBy(desc(t.atMs), desc(t.auditId))
        .limit(limit);
    },
    async latest(action, sinceMs) {
      const rows = await db
        .select({ atMs: t.atMs })
        .from(t)
        .where(and(gte(t.atMs, sinceMs), eq(t.action, action)))
        .orderBy(desc(t.atMs))
        .limit(1);
      return rows[0]?.atMs ?? null;
    },
    async append(line) {
      await db.insert(t).values(line);
    },
  };
}
