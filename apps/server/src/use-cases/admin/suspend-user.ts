import type { userSuspendInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { AdminUser } from './admin-user.ts';
import { accountByEmail, adminUserOf } from './admin-user.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/**
 * Shuts an account out, or lets it in again. Its devices keep their tokens, which are refused meanwhile.
 * Errors: `adminOnly`, `accountMissing`.
 */
export async function suspendUser(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Administrator,
  input: z.infer<typeof userSuspendInput>,
): Promise<AdminUser> {
  requireAdmin(caller);
  const user = await ports.store.transact(async (tx) => {
    const account = await accountByEmail(tx, input.email);
    const { accountId: target } = account;
    await tx.accounts.setSuspended(target, input.suspended);
    const action = input.suspended ? 'accountSuspended' : 'accountReadmitted';
    await record(tx, ports, { actor: actorOf(caller), action, target });
    return accountByEmail(tx, input.email);
  });
  ports.doorbells.ringAccess(user.accountId);
  return adminUserOf(user);
}
