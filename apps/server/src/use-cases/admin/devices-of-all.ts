import type { DeviceId } from '@tidesync/shared/ids';
import { deviceId as deviceIdSchema } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { adminDevicesInput, adminDevicesOutput } from '@tidesync/shared/wire/admin';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/**
 * Devices that are signed in, of all accounts or of one, in the order of their ids; a page's token is the last id
 * before it. Errors: `adminOnly`, `accountMissing`, `invalidInput` for a token of another listing.
 */
export async function listAllDevices(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Administrator,
  { email, pageToken, limit }: z.infer<typeof adminDevicesInput>,
): Promise<z.infer<typeof adminDevicesOutput>> {
  requireAdmin(caller);
  const { read } = ports.store;
  const after = pageToken === null ? null : deviceIdSchema.safeParse(pageToken);
  if (after?.success === false) fail({ reason: 'invalidInput', detail: 'this is no token of a page' });
  const account = email === undefined ? null : await read.accounts.byEmail(email);
  if (email !== undefined && account === null) fail({ reason: 'accountMissing', account: email });
  const accountId = account?.accountId ?? null;
  const rows = await read.admin.devices({
    ...{ accountId, afterId: after?.data ?? null, limit },
    nowMs: ports.clock.nowMs(),
  });
  const devices = rows.map((row) => {
    const { deviceId, name, createdAtMs, lastSeenAtMs } = row;
    return { deviceId, name, accountId: row.accountId, email: row.email, createdAtMs, lastSeenAtMs };
  });
  const last = rows.at(-1);
  return { devices, nextPageToken: last !== undefined && rows.length === limit ? last.deviceId : null };
}

/** Signs a device of any account out, at once. Errors: `adminOnly`, `deviceMissing`. */
export async function revokeAnyDevice(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Administrator,
  { deviceId }: { readonly deviceId: DeviceId },
): Promise<void> {
  requireAdmin(caller);
  const accountId = await ports.store.transact(async (tx) => {
    const owner = await tx.admin.ownerOf(deviceId);
    const atMs = ports.clock.nowMs();
    const revoked =
      owner !== null && (await tx.devices.revoke({ accountId: owner, deviceId, atMs, why: null }));
    if (!revoked) fail({ reason: 'deviceMissing', device: deviceId });
    await record(tx, ports, { actor: actorOf(caller), action: 'deviceRevoked', target: deviceId });
    return owner;
  });
  ports.doorbells.ringAccess(accountId);
}
