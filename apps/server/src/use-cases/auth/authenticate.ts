import { fail, isFailure } from '@tidesync/shared/problems';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { tokenHashOf } from './token.ts';

const SEEN_EVERY_MS = 3_600_000;

/**
 * Who a token speaks for, read afresh on every call: a revoked device and a suspended account end at once.
 * Errors: `signedOut` for no or an unknown token, `deviceRevoked`, `accountSuspended`.
 */
export async function authenticate(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  token: string | null,
): Promise<Caller> {
  if (token === null) fail({ reason: 'signedOut' });
  const found = await ports.store.read.devices.byTokenHash(tokenHashOf(token));
  if (found === null) fail({ reason: 'signedOut' });
  const { device, account } = found;
  if (device.revokedAtMs !== null) fail({ reason: 'deviceRevoked' });
  if (account.suspended) fail({ reason: 'accountSuspended' });
  const nowMs = ports.clock.nowMs();
  if (device.lastSeenAtMs === null || nowMs - device.lastSeenAtMs >= SEEN_EVERY_MS) {
    // A full disk or a busy database is no reason to refuse a request that may only read.
    const touched = ports.store.transact((tx) => tx.devices.touch(device.deviceId, nowMs));
    await touched.catch((error) => {
      if (!isFailure(error)) throw error;
    });
  }
  const { accountId, email, admin } = account;
  return { accountId, deviceId: device.deviceId, email, admin };
}
