import type { Organisation, organisationLimitInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf, requireAdmin } from '../admin/require-admin.ts';
import { record } from '../audit/record.ts';
import { giveBackIdle } from '../quotas/reclaim-slices.ts';
import { organisationByName, organisationView } from './organisation-view.ts';

/**
 * A limit below what is used takes nothing away; it only stops further uploads: members give back what they hold of
 * the pool and do not use. Errors: `adminOnly`, `organisationMissing`.
 */
export async function setOrganisationLimit(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { name, limitBytes }: z.infer<typeof organisationLimitInput>,
): Promise<Organisation> {
  requireAdmin(caller);
  const { store } = ports;
  const organisationId = await store.transact(async (tx) => {
    const before = await organisationByName(tx, name);
    const { organisationId: target } = before;
    await tx.organisations.setLimit(target, limitBytes);
    const details = { fromBytes: before.limitBytes, toBytes: limitBytes };
    await record(tx, ports, { actor: actorOf(caller), action: 'organisationLimitSet', target, details });
    return target;
  });
  await giveBackIdle(store, organisationId);
  return organisationView(store.read, await organisationByName(store.read, name));
}
