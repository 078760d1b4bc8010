import type { DeviceId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';

/** Ends one device of the caller's own account, at once. Errors: `deviceMissing`. */
export async function revokeDevice(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Caller,
  input: { readonly deviceId: DeviceId },
): Promise<void> {
  const { accountId } = caller;
  const { deviceId } = input;
  await ports.store.transact(async (tx) => {
    const atMs = ports.clock.nowMs();
    const revoked = await tx.devices.revoke({ accountId, deviceId, atMs, why: null });
    if (!revoked) fail({ reason: 'deviceMissing', device: deviceId });
    await record(tx, ports, { actor: accountId, action: 'deviceRevoked', target: deviceId });
  });
  ports.doorbells.ringAccess(accountId);
}
