import type { OrganisationId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Organisation, organisationCreateInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf, requireAdmin } from '../admin/require-admin.ts';
import { record } from '../audit/record.ts';
import { organisationByName, organisationView } from './organisation-view.ts';

/** Errors: `adminOnly`, `organisationTaken`. */
export async function createOrganisation(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { name, limitBytes }: z.infer<typeof organisationCreateInput>,
): Promise<Organisation> {
  requireAdmin(caller);
  const organisationId = newUuid(ports.random) as OrganisationId;
  return ports.store.transact(async (tx) => {
    const createdAtMs = ports.clock.nowMs();
    const made = await tx.organisations.create({ organisationId, name, limitBytes, createdAtMs });
    if (!made) fail({ reason: 'organisationTaken', organisation: name });
    const act = { actor: actorOf(caller), action: 'organisationCreated', target: organisationId } as const;
    await record(tx, ports, { ...act, details: { limitBytes } });
    return organisationView(tx, await organisationByName(tx, name));
  });
}
