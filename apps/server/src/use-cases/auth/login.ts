import type { DeviceId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { loginInput, loginOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ThrottleKey } from '../../domain/login-throttle.ts';
import type { SessionLife } from '../../domain/session-life.ts';
import { sessionEndOf } from '../../domain/session-life.ts';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import { countedTry } from './counted-try.ts';
import { newToken, tokenHashOf } from './token.ts';

const WINDOW_MS = 15 * 60_000;
const perEmail = { triesMax: 10, windowMs: WINDOW_MS };
const perAddress = { triesMax: 100, windowMs: WINDOW_MS };

type LoginPorts = Pick<ServerPorts, 'store' | 'clock' | 'random' | 'passwords' | 'throttle'>;
export interface LoginFrom extends z.infer<typeof loginInput> {
  /** The network address that asks; tries are counted against it. */
  readonly address: string;
  readonly life: SessionLife;
}

/**
 * Makes a device of the account and gives its token, which is shown this once and stored as a hash.
 * Errors: `tooManyTries`, `wrongCredentials` (which of the two is not said), `accountSuspended` (said only to
 *         whoever knows the password).
 */
export async function login(ports: LoginPorts, input: LoginFrom): Promise<z.infer<typeof loginOutput>> {
  const keys: ThrottleKey[] = [
    { key: `email:${input.email}`, rule: perEmail },
    { key: `address:${input.address}`, rule: perAddress },
  ];
  const { account, newHash } = await countedTry(ports, keys, () => checkPassword(ports, input));
  if (account.suspended) fail({ reason: 'accountSuspended' });

  const token = newToken(ports.random);
  const deviceId = newUuid(ports.random) as DeviceId;
  const { accountId, email } = account;
  await ports.store.transact(async (tx) => {
    const current = await tx.accounts.byId(accountId);
    if (current?.passwordHash !== account.passwordHash) fail({ reason: 'wrongCredentials' });
    if (current.suspended) fail({ reason: 'accountSuspended' });
    if (newHash !== null) await tx.accounts.setPasswordHash(accountId, newHash);
    const device = { deviceId, accountId, name: input.deviceName, tokenHash: tokenHashOf(token) };
    const createdAtMs = ports.clock.nowMs();
    await tx.devices.create({ ...device, createdAtMs, ...sessionEndOf(input.life, createdAtMs) });
  });
  return { token, accountId, deviceId, email };
}

async function checkPassword(
  ports: LoginPorts,
  input: LoginFrom,
): Promise<{ account: AccountRow; newHash: string | null }> {
  const account = await ports.store.read.accounts.byEmail(input.email);
  const verdict = await ports.passwords.verify(input.password, account?.passwordHash ?? null, input.address);
  if (account === null || !verdict.right) fail({ reason: 'wrongCredentials' });
  return { account, newHash: verdict.outdated ? await ports.passwords.hash(input.password) : null };
}
