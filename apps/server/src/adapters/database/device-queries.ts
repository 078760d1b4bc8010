import { and, asc, eq, gt, inArray, isNull, lt, lte, ne, or } from 'drizzle-orm';
import type { DeviceWrites } from '../../ports/store-people.ts';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';
import { tokenQueries } from './token-queries.ts';

const TOUCH_INTERVAL_MS = 3_600_000;

/** The condition of devices that are signed in by then. */
export const signedInAt = (t: Tables['devices'], nowMs: number) =>
  and(isNull(t.revokedAtMs), or(isNull(t.expiresAtMs), gt(t.expiresAtMs, nowMs)));

export function deviceQueries({ db, tables, dialect }: Connection): DeviceWrites {
  const t = tables.devices;
  return {
    ...tokenQueries({ db, tables, dialect }),
    async listFor(accountId, nowMs) {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.accountId, accountId), signedInAt(t, nowMs)))
        .orderBy(asc(t.createdAtMs), asc(t.deviceId));
      return rows.map(({ tokenHash: _hash, ...device }) => device);
    },
    async create(device) {
      await db.insert(t).values(device);
    },
    async revoke({ accountId, deviceId, atMs, why }) {
      const result = await db
        .update(t)
        .set({ revokedAtMs: atMs, revokedWhy: why })
        .where(and(eq(t.deviceId, deviceId), eq(t.accountId, accountId), isNull(t.revokedAtMs)));
      return dialect.affected(result) === 1;
    },
    async revokeOthers({ accountId, deviceId, atMs }) {
      const others = deviceId === null ? undefined : ne(t.deviceId, deviceId);
      const result = await db
        .update(t)
        .set({ revokedAtMs: atMs })
        .where(and(eq(t.accountId, accountId), isNull(t.revokedAtMs), others));
      return dialect.affected(result);
    },
    async revokeExpired(nowMs, limit) {
      const over = and(isNull(t.revokedAtMs), lte(t.expiresAtMs, nowMs));
      const rows = await db.select({ deviceId: t.deviceId }).from(t).where(over).limit(limit);
      if (rows.length === 0) return 0;
      const ids = rows.map((row) => row.deviceId);
      const result = await db
        .update(t)
        .set({ revokedAtMs: nowMs })
        .where(and(inArray(t.deviceId, ids), over));
      return dialect.affected(result);
    },
    async extend(deviceId, expiresAtMs) {
      await db
        .update(t)
        .set({ expiresAtMs })
        .where(and(eq(t.deviceId, deviceId), isNull(t.revokedAtMs), lt(t.expiresAtMs, expiresAtMs)));
    },
    async touch(deviceId, nowMs) {
      await db
        .update(t)
        .set({ lastSeenAtMs: nowMs })
        .where(
          and(
            eq(t.deviceId, deviceId),
            or(isNull(t.lastSeenAtMs), lte(t.lastSeenAtMs, nowMs - TOUCH_INTERVAL_MS)),
          ),
        );
    },
  };
}
