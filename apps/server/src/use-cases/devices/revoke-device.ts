import type { DeviceId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** Ends one device of the caller's own account, at once. Errors: `deviceMissing`. */
export async function revokeDevice(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
  input: { readonly deviceId: DeviceId },
): Promise<void> {
  const revocation = { accountId: caller.accountId, deviceId: input.deviceId, atMs: ports.clock.nowMs() };
  const revoked = await ports.store.transact((tx) => tx.devices.revoke(revocation));
  if (!revoked) fail({ reason: 'deviceMissing', device: input.deviceId });
}
