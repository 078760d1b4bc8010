import { fail, isFailure } from '@tidesync/shared/problems';
import { extendedEnd, isOver } from '../../domain/session-life.ts';
import { judgeToken } from '../../domain/token-life.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { DeviceRow, TokenHolder } from '../../ports/store-people.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';
import { tokenHashOf } from './token.ts';

const SEEN_EVERY_MS = 3_600_000;

export type AuthPorts = Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>;

/**
 * Who a token speaks for, read afresh on every call: a revoked device, a browser's session whose time is over and a
 * suspended account end at once. To be used lets a session last for longer; a token that another one has replaced
 * revokes its device.
 * Errors: `signedOut` for no or an unknown token, `deviceRevoked`, `accountSuspended`.
 */
export async function authenticate(ports: AuthPorts, token: string | null): Promise<Caller> {
  const holder = await holderOf(ports, token);
  const { device, account, standing } = holder;
  const nowMs = ports.clock.nowMs();
  if (judgeToken(standing, device, nowMs) === 'copied') return revokeCopied(ports, device);
  await noteUse(ports, holder, nowMs);
  const { accountId, email, admin } = account;
  return { accountId, deviceId: device.deviceId, email, admin };
}

/**
 * Whether who began to listen with this token may go on. `outdated`: only with the token that has taken its place. To
 * listen is no use of a token: a stream may be left behind by a device that has gone on.
 * Errors: as `authenticate`.
 */
export async function confirmListener(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  token: string | null,
): Promise<'listens' | 'outdated'> {
  const { device, standing } = await holderOf(ports, token);
  return judgeToken(standing, device, ports.clock.nowMs()) === 'good' ? 'listens' : 'outdated';
}

async function holderOf(
  { store, clock }: Pick<ServerPorts, 'store' | 'clock'>,
  token: string | null,
): Promise<TokenHolder & { readonly tokenHash: string }> {
  if (token === null) fail({ reason: 'signedOut' });
  const tokenHash = tokenHashOf(token);
  const holder = await store.read.devices.byTokenHash(tokenHash);
  if (holder === null) fail({ reason: 'signedOut' });
  const { device, account } = holder;
  if (device.revokedWhy === 'copied') fail({ reason: 'deviceRevoked', copied: true });
  if (device.revokedAtMs !== null || isOver(device, clock.nowMs())) fail({ reason: 'deviceRevoked' });
  if (account.suspended) fail({ reason: 'accountSuspended' });
  return { ...holder, tokenHash };
}

async function noteUse(
  ports: AuthPorts,
  { device, standing, tokenHash }: Pick<TokenHolder, 'device' | 'standing'> & { readonly tokenHash: string },
  nowMs: number,
): Promise<void> {
  const { deviceId, lastSeenAtMs } = device;
  const isFirst = standing === 'current' && device.tokenUsedAtMs === null;
  const isSeen = lastSeenAtMs !== null && nowMs - lastSeenAtMs < SEEN_EVERY_MS;
  if (isSeen && !isFirst) return;
  const endMs = extendedEnd(device, nowMs);
  const noted = ports.store.transact(async (tx) => {
    if (isFirst) await tx.devices.noteTokenUsed({ deviceId, tokenHash, atMs: nowMs });
    await tx.devices.touch(deviceId, nowMs);
    if (endMs !== null) await tx.devices.extend(deviceId, endMs);
  });
  // A full disk or a busy database is no reason to refuse a request that may only read.
  await noted.catch((error) => {
    if (!isFailure(error)) throw error;
  });
}

/** Ends a device whose token two have, for both of them, on all servers. Fails always, with `deviceRevoked`. */
export async function revokeCopied(
  ports: AuthPorts,
  { accountId, deviceId }: Pick<DeviceRow, 'accountId' | 'deviceId'>,
): Promise<never> {
  const atMs = ports.clock.nowMs();
  await ports.store.transact(async (tx) => {
    if (!(await tx.devices.revoke({ accountId, deviceId, atMs, why: 'copied' }))) return;
    const details = { why: 'copied' };
    await record(tx, ports, { actor: 'server', action: 'deviceRevoked', target: deviceId, details });
  });
  ports.doorbells.ringAccess(accountId);
  return fail({ reason: 'deviceRevoked', copied: true });
}
