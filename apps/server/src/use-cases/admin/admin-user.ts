import { fail } from '@tidesync/shared/problems';
import type { adminUser } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';

export type AdminUser = z.infer<typeof adminUser>;

/** An account as administrators see it: never its password hash, never its files. */
export function adminUserOf(account: AccountRow): AdminUser {
  const { accountId, email, admin, suspended, createdAtMs, limitBytes, usedBytes, reservedBytes } = account;
  return { accountId, email, admin, suspended, createdAtMs, quota: { limitBytes, usedBytes, reservedBytes } };
}

/** Errors: `accountMissing`. */
export async function accountByEmail(tx: Writes, email: string): Promise<AccountRow> {
  return (await tx.accounts.byEmail(email)) ?? fail({ reason: 'accountMissing', account: email });
}
