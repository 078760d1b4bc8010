import { fail } from '@tidesync/shared/problems';
import type { changePasswordInput, changePasswordOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import { countedTry } from '../auth/counted-try.ts';
import type { Caller } from '../caller.ts';
import { requireGoodPassword } from './password-rule.ts';

const rule = { triesMax: 10, windowMs: 15 * 60_000 };

/**
 * Stores a new password and ends every other device of the account: whoever knew the old one is out. The device
 * that asks stays signed in.
 * Errors: `weakPassword`, `tooManyTries`, `wrongCredentials` for a wrong current password.
 */
export async function changePassword(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells' | 'passwords' | 'throttle'>,
  caller: Caller,
  input: z.infer<typeof changePasswordInput>,
): Promise<z.infer<typeof changePasswordOutput>> {
  requireGoodPassword(input.next);
  const { accountId, deviceId } = caller;
  // A stolen token must not be a way to guess the password.
  const keys = [{ key: `password:${accountId}`, rule }];
  const account = await countedTry(ports, keys, async () => {
    const row = await ports.store.read.accounts.byId(accountId);
    const verdict = await ports.passwords.verify(input.current, row?.passwordHash ?? null, accountId);
    if (row === null || !verdict.right) fail({ reason: 'wrongCredentials' });
    return row;
  });
  const passwordHash = await ports.passwords.hash(input.next);
  const otherDevicesRevoked = await ports.store.transact(async (tx) => {
    const current = await tx.accounts.byId(accountId);
    if (current?.passwordHash !== account.passwordHash) fail({ reason: 'wrongCredentials' });
    await tx.accounts.setPasswordHash(accountId, passwordHash);
    const devices = await tx.devices.revokeOthers({ accountId, deviceId, atMs: ports.clock.nowMs() });
    const act = { actor: accountId, action: 'devicesRevoked', target: accountId } as const;
    await record(tx, ports, { ...act, details: { devices } });
    return devices;
  });
  ports.doorbells.ringAccess(accountId);
  return { otherDevicesRevoked };
}
