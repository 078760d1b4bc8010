import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** Ends the device that asks; its token is worth nothing from then on. */
export async function logout(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells'>,
  caller: Caller,
): Promise<void> {
  const { accountId, deviceId } = caller;
  const atMs = ports.clock.nowMs();
  await ports.store.transact((tx) => tx.devices.revoke({ accountId, deviceId, atMs, why: null }));
  ports.doorbells.ringAccess(accountId);
}
