import { assert } from '@tidesync/shared/brand';
import type { AccountId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { userCreateInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import { requireGoodPassword } from '../account/password-rule.ts';
import { record } from '../audit/record.ts';
import type { AdminUser } from './admin-user.ts';
import { adminUserOf } from './admin-user.ts';
import { defaultQuotaIn } from './default-quota.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/** The first account of a server is an administrator. Errors: `adminOnly`, `weakPassword`, `accountTaken`. */
export async function createUser(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'passwords' | 'policy'>,
  caller: Administrator,
  input: z.infer<typeof userCreateInput>,
): Promise<AdminUser> {
  requireAdmin(caller);
  requireGoodPassword(input.password);
  const accountId = newUuid(ports.random) as AccountId;
  const passwordHash = await ports.passwords.hash(input.password);
  const account = await ports.store.transact(async (tx) => {
    const made = await tx.accounts.create({
      accountId,
      email: input.email,
      passwordHash,
      admin: input.admin || (await isFirst(tx, accountId)),
      limitBytes: input.limitBytes ?? (await defaultQuotaIn(tx, ports)).limitBytes,
      createdAtMs: ports.clock.nowMs(),
    });
    if (!made) fail({ reason: 'accountTaken', email: input.email });
    const row = await tx.accounts.byId(accountId);
    const details = { admin: row?.admin ?? false, limitBytes: row?.limitBytes ?? 0 };
    await record(tx, ports, { actor: actorOf(caller), action: 'accountCreated', target: accountId, details });
    return row;
  });
  assert(account !== null, 'an account that was just made is there');
  return adminUserOf(account);
}

/** Of those who make an account at once, on any server, one is the first: the others wait here until it is there. */
async function isFirst(tx: Writes, holder: AccountId): Promise<boolean> {
  if ((await tx.accounts.count()) > 0) return false;
  await tx.leases.take({ name: 'first-account', holder, nowMs: 0, untilMs: 0, latestMs: 0 });
  return (await tx.accounts.count()) === 0;
}
