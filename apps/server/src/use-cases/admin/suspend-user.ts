import type { userSuspendInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { AdminUser } from './admin-user.ts';
import { accountByEmail, adminUserOf } from './admin-user.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * Shuts an account out, or lets it in again. Its devices keep their tokens, which are refused meanwhile.
 * Errors: `adminOnly`, `accountMissing`.
 */
export async function suspendUser(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  input: z.infer<typeof userSuspendInput>,
): Promise<AdminUser> {
  requireAdmin(caller);
  return ports.store.transact(async (tx) => {
    const account = await accountByEmail(tx, input.email);
    await tx.accounts.setSuspended(account.accountId, input.suspended);
    return adminUserOf(await accountByEmail(tx, input.email));
  });
}
