import { isFailure } from '@tidesync/shared/problems';
import type { userQuotasInput, userQuotasOutput } from '@tidesync/shared/wire/admin';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';
import { setQuota } from './set-quota.ts';

/**
 * Sets many limits, one after the other, each as `setQuota`; sent again it sets them again. Accounts that are not there
 * are named, and keep nobody else from getting theirs. Errors: `adminOnly`.
 */
export async function setQuotas(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { quotas }: z.infer<typeof userQuotasInput>,
): Promise<z.infer<typeof userQuotasOutput>> {
  requireAdmin(caller);
  const users: z.infer<typeof userQuotasOutput>['users'] = [];
  const missing: string[] = [];
  for (const quota of quotas) {
    try {
      users.push(await setQuota(ports, caller, quota));
    } catch (error) {
      if (!isFailure(error, 'accountMissing')) throw error;
      missing.push(quota.email);
    }
  }
  return { users, missing };
}
