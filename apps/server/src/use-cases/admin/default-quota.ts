import type { DefaultQuota, defaultQuotaInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import { record } from '../audit/record.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/** What a new account gets: what an administrator chose for all servers, else what this server's settings say. */
export async function defaultQuotaIn(
  reads: Pick<Reads, 'settings'>,
  { policy }: Pick<ServerPorts, 'policy'>,
): Promise<DefaultQuota> {
  const chosenBytes = await reads.settings.defaultQuota();
  const configuredBytes = policy.quotaBytesDefault;
  return { limitBytes: chosenBytes ?? configuredBytes, chosen: chosenBytes !== null, configuredBytes };
}

/** Errors: `adminOnly`. */
export async function readDefaultQuota(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Administrator,
): Promise<DefaultQuota> {
  requireAdmin(caller);
  return defaultQuotaIn(ports.store.read, ports);
}

/** Concerns accounts that are made from then on; null: what the settings say holds again. Errors: `adminOnly`. */
export async function setDefaultQuota(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'policy'>,
  caller: Administrator,
  { limitBytes }: z.infer<typeof defaultQuotaInput>,
): Promise<DefaultQuota> {
  requireAdmin(caller);
  return ports.store.transact(async (tx) => {
    const before = await defaultQuotaIn(tx, ports);
    await tx.settings.setDefaultQuota(limitBytes);
    const after = await defaultQuotaIn(tx, ports);
    const details = { fromBytes: before.limitBytes, toBytes: after.limitBytes };
    const act = { actor: actorOf(caller), action: 'defaultQuotaSet', target: 'defaultQuota' } as const;
    await record(tx, ports, { ...act, details });
    return after;
  });
}
