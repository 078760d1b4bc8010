import type { userQuotaInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { AdminUser } from './admin-user.ts';
import { accountByEmail, adminUserOf } from './admin-user.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/** A limit below what is used takes nothing away; it only stops further uploads. Errors: as `suspendUser`. */
export async function setQuota(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  input: z.infer<typeof userQuotaInput>,
): Promise<AdminUser> {
  requireAdmin(caller);
  return ports.store.transact(async (tx) => {
    const account = await accountByEmail(tx, input.email);
    const { accountId: target } = account;
    await tx.accounts.setLimit(target, input.limitBytes);
    const details = { fromBytes: account.limitBytes, toBytes: input.limitBytes };
    await record(tx, ports, { actor: actorOf(caller), action: 'accountLimitSet', target, details });
    return adminUserOf(await accountByEmail(tx, input.email));
  });
}
