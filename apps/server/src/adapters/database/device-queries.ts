import { and, asc, eq, isNull, lte, ne, or } from 'drizzle-orm';
import type { DeviceWrites } from '../../ports/store-people.ts';
import type { Connection } from './connection.ts';

const TOUCH_INTERVAL_MS = 3_600_000;

export function deviceQueries({ db, tables, dialect }: Connection): DeviceWrites {
  const t = tables.devices;
  const { accounts } = tables;
  return {
    async byTokenHash(tokenHash) {
      const rows = await db
        .select({ device: t, account: accounts })
        .from(t)
        .innerJoin(accounts, eq(accounts.accountId, t.accountId))
        .where(eq(t.tokenHash, tokenHash));
      const row = rows[0];
      if (row === undefined) return null;
      const { tokenHash: _hash, ...device } = row.device;
      return { device, account: row.account };
    },
    async listFor(accountId) {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.accountId, accountId), isNull(t.revokedAtMs)))
        .orderBy(asc(t.createdAtMs), asc(t.deviceId));
      return rows.map(({ tokenHash: _hash, ...device }) => device);
    },
    async create(device) {
      await db.insert(t).values(device);
    },
    async revoke({ accountId, deviceId, atMs }) {
      const result = await db
        .update(t)
        .set({ revokedAtMs: atMs })
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
