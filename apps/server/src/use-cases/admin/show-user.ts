import { fail } from '@tidesync/shared/problems';
import type { UserDetail } from '@tidesync/shared/wire/admin';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { adminUserOf } from './admin-user.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';

/** An account with what is around it. Errors: `adminOnly`, `accountMissing`. */
export async function showUser(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Administrator,
  { email }: { readonly email: string },
): Promise<UserDetail> {
  requireAdmin(caller);
  const { read } = ports.store;
  const account = await read.accounts.byEmail(email);
  if (account === null) fail({ reason: 'accountMissing', account: email });
  const { accountId, organisationId } = account;
  const organisation = organisationId === null ? null : await read.organisations.byId(organisationId);
  const devices = await read.devices.listFor(accountId, ports.clock.nowMs());
  const seen = devices.flatMap((device) => device.lastSeenAtMs ?? []);
  return {
    user: adminUserOf(account),
    organisation: organisation?.name ?? null,
    libraries: await read.admin.ownedCount(accountId),
    devices: devices.length,
    lastSeenAtMs: seen.length === 0 ? null : Math.max(...seen),
  };
}
