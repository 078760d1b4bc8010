import { fail } from '@tidesync/shared/problems';
import type { organisationDeleteInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf, requireAdmin } from '../admin/require-admin.ts';
import { record } from '../audit/record.ts';
import { organisationByName } from './organisation-view.ts';

/** Errors: `adminOnly`, `organisationMissing`, `organisationNotEmpty`. */
export async function deleteOrganisation(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { name }: z.infer<typeof organisationDeleteInput>,
): Promise<void> {
  requireAdmin(caller);
  await ports.store.transact(async (tx) => {
    const { organisationId: target } = await organisationByName(tx, name);
    const { members } = await tx.organisations.totals(target);
    if (members > 0) fail({ reason: 'organisationNotEmpty', organisation: name, members });
    await tx.organisations.remove(target);
    await record(tx, ports, { actor: actorOf(caller), action: 'organisationDeleted', target });
  });
}
