import type { QuotaRecount, quotaRecountInput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf, requireAdmin } from '../admin/require-admin.ts';
import { recountQuotas } from './recount-quotas.ts';

/** The recount at an administrator's wish. Errors: `adminOnly`, and those of `recountQuotas`. */
export async function recountAsAdmin(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { dryRun }: z.infer<typeof quotaRecountInput>,
): Promise<QuotaRecount> {
  requireAdmin(caller);
  return recountQuotas(ports, { actor: actorOf(caller), dryRun });
}
