import type { DeviceId } from '@tidesync/shared/ids';
import { and, eq, isNull, lt, max } from 'drizzle-orm';
import type { TokenStanding } from '../../domain/token-life.ts';
import type { AccountRow, DeviceRow, DeviceWrites, TokenHolder } from '../../ports/store-people.ts';
import type { Connection } from './connection.ts';

type TokenWrites = Pick<
  DeviceWrites,
  'byTokenHash' | 'tokenSinceMs' | 'replaceToken' | 'replaceUnusedToken' | 'noteTokenUsed'
>;

/** The tokens of devices: the current one of each, and those whose place others have taken. */
export function tokenQueries({ db, tables, dialect }: Connection): TokenWrites {
  const { accounts, devices: t, replacedTokens: replaced } = tables;
  const isCurrent = ({ deviceId, tokenHash }: { readonly deviceId: DeviceId; readonly tokenHash: string }) =>
    and(eq(t.deviceId, deviceId), eq(t.tokenHash, tokenHash));

  return {
    async byTokenHash(asked) {
      const [current] = await db
        .select({ device: t, account: accounts })
        .from(t)
        .innerJoin(accounts, eq(accounts.accountId, t.accountId))
        .where(eq(t.tokenHash, asked));
      if (current !== undefined) return holderOf(current, 'current');
      const [other] = await db
        .select({ device: t, account: accounts, byHash: replaced.byHash })
        .from(replaced)
        .innerJoin(t, eq(t.deviceId, replaced.deviceId))
        .innerJoin(accounts, eq(accounts.accountId, t.accountId))
        .where(eq(replaced.tokenHash, asked));
      if (other === undefined) return null;
      return holderOf(other, other.byHash === other.device.tokenHash ? 'previous' : 'older');
    },
    async tokenSinceMs({ deviceId, tokenHash }) {
      const rows = await db
        .select({ atMs: max(replaced.replacedAtMs) })
        .from(replaced)
        .where(and(eq(replaced.deviceId, deviceId), eq(replaced.byHash, tokenHash)));
      return rows[0]?.atMs ?? null;
    },
    async replaceToken({ deviceId, fromHash, toHash, atMs, forgetBeforeMs }) {
      const result = await db
        .update(t)
        .set({ tokenHash: toHash, tokenUsedAtMs: null })
        .where(and(isCurrent({ deviceId, tokenHash: fromHash }), isNull(t.revokedAtMs)));
      if (dialect.affected(result) !== 1) return false;
      await db.insert(replaced).values({ tokenHash: fromHash, deviceId, byHash: toHash, replacedAtMs: atMs });
      await db
        .delete(replaced)
        .where(and(eq(replaced.deviceId, deviceId), lt(replaced.replacedAtMs, forgetBeforeMs)));
      return true;
    },
    async replaceUnusedToken({ deviceId, fromHash, toHash }) {
      const result = await db
        .update(t)
        .set({ tokenHash: toHash })
        .where(
          and(isCurrent({ deviceId, tokenHash: fromHash }), isNull(t.tokenUsedAtMs), isNull(t.revokedAtMs)),
        );
      if (dialect.affected(result) !== 1) return false;
      await db
        .update(replaced)
        .set({ byHash: toHash })
        .where(and(eq(replaced.deviceId, deviceId), eq(replaced.byHash, fromHash)));
      return true;
    },
    async noteTokenUsed({ deviceId, tokenHash, atMs }) {
      await db
        .update(t)
        .set({ tokenUsedAtMs: atMs })
        .where(and(isCurrent({ deviceId, tokenHash }), isNull(t.tokenUsedAtMs)));
    },
  };
}

interface Found {
  readonly device: DeviceRow & { readonly tokenHash: string };
  readonly account: AccountRow;
}

function holderOf(found: Found, standing: TokenStanding): TokenHolder {
  const { tokenHash: currentHash, ...device } = found.device;
  return { device, account: found.account, standing, currentHash };
}
