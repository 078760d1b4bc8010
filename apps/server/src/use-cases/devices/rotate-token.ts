import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { tokenRotateInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import { judgeToken } from '../../domain/token-life.ts';
import type { Writes } from '../../ports/store.ts';
import type { DeviceRow, TokenHolder } from '../../ports/store-people.ts';
import type { AuthPorts } from '../auth/authenticate.ts';
import { revokeCopied } from '../auth/authenticate.ts';
import { tokenHashOf } from '../auth/token.ts';

/**
 * Lets a token that the device has made take the place of the one it asks with. The same again is answered alike, with
 * the old token too, until the next one was used.
 * Errors: `signedOut`; `deviceRevoked`, also where another one took the place and was used; `tooManyTries` for a token
 *         that is too young; `invalidInput` for a browser, and for a token that is known already; `busy`.
 */
export async function rotateToken(
  ports: AuthPorts,
  token: string | null,
  { nextHash }: z.infer<typeof tokenRotateInput>,
): Promise<void> {
  if (token === null) fail({ reason: 'signedOut' });
  const fromHash = tokenHashOf(token);
  const nowMs = ports.clock.nowMs();
  const copied = await ports.store.transact(async (tx): Promise<DeviceRow | null> => {
    const holder = await tx.devices.byTokenHash(fromHash);
    if (holder === null) fail({ reason: 'signedOut' });
    const { device, standing } = holder;
    if (device.revokedAtMs !== null) fail({ reason: 'deviceRevoked' });
    if (device.expiresAtMs !== null) {
      fail({ reason: 'invalidInput', detail: "the token of a browser's session does not change" });
    }
    if (judgeToken(standing, device, nowMs) === 'copied') return device;
    if (holder.currentHash === nextHash) return null;
    // Somebody goes on with the current token, and it was not made by who asks now.
    if (standing === 'previous' && device.tokenUsedAtMs !== null) return device;
    await replace(tx, { holder, toHash: nextHash, nowMs });
    return null;
  });
  if (copied !== null) await revokeCopied(ports, copied);
}

interface Replacement {
  readonly holder: TokenHolder;
  readonly toHash: string;
  readonly nowMs: number;
}

async function replace(tx: Writes, { holder, toHash, nowMs }: Replacement): Promise<void> {
  const { deviceId } = holder.device;
  const fromHash = holder.currentHash;
  if ((await tx.devices.byTokenHash(toHash)) !== null) {
    fail({ reason: 'invalidInput', detail: 'this token is known already' });
  }
  if (holder.standing === 'previous') {
    if (!(await tx.devices.replaceUnusedToken({ deviceId, fromHash, toHash }))) fail({ reason: 'busy' });
    return;
  }
  const sinceMs = await tx.devices.tokenSinceMs({ deviceId, tokenHash: fromHash });
  const youngMs = sinceMs === null ? 0 : sinceMs + limits.deviceTokenLifeMsMin - nowMs;
  if (youngMs > 0) fail({ reason: 'tooManyTries', retryAfterMs: youngMs });
  const forgetBeforeMs = nowMs - limits.replacedTokenKeptMs;
  const swap = { deviceId, fromHash, toHash, atMs: nowMs, forgetBeforeMs };
  if (!(await tx.devices.replaceToken(swap))) fail({ reason: 'busy' });
}
