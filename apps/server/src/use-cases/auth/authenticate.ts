import { fail, isFailure } from '@tidesync/shared/problems';
import { extendedEnd, isOver } from '../../domain/session-life.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { tokenHashOf } from './token.ts';

const SEEN_EVERY_MS = 3_600_000;

/**
 * Who a token speaks for, read afresh on every call: a revoked device, a browser's session whose time is over and a
 * suspended account end at once. To be used lets a session last for longer.
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
  const nowMs = ports.clock.nowMs();
  if (device.revokedAtMs !== null || isOver(device, nowMs)) fail({ reason: 'deviceRevoked' });
  if (account.suspended) fail({ reason: 'accountSuspended' });
  if (device.lastSeenAtMs === null || nowMs - device.lastSeenAtMs >= SEEN_EVERY_MS) {
    // A full disk or a busy database is no reason to refuse a request that may only read.
    const endMs = extendedEnd(device, nowMs);
    const touched = ports.store.transact(async (tx) => {
      await tx.devices.touch(device.deviceId, nowMs);
      if (endMs !== null) await tx.devices.extend(device.deviceId, endMs);
    });
    await touched.catch((error) => {
      if (!isFailure(error)) throw error;
    });
  }
  const { accountId, email, admin } = account;
  return { accountId, deviceId: device.deviceId, email, admin };
}
