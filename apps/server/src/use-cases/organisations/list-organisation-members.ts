import type { AccountId } from '@tidesync/shared/ids';
import { accountId as accountIdSchema } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { organisationMembersInput, organisationMembersOutput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { adminUserOf } from '../admin/admin-user.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { requireAdmin } from '../admin/require-admin.ts';
import { organisationByName } from './organisation-view.ts';

/** In the order of ids; a page's token is the last id before it. Errors: `adminOnly`, `organisationMissing`. */
export async function listOrganisationMembers(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  { name, pageToken, limit }: z.infer<typeof organisationMembersInput>,
): Promise<z.infer<typeof organisationMembersOutput>> {
  requireAdmin(caller);
  const { read } = ports.store;
  const { organisationId } = await organisationByName(read, name);
  const afterId = pageToken === null ? null : parseToken(pageToken);
  const rows = await read.organisations.members({ organisationId, afterId, limit });
  const last = rows.at(-1);
  return {
    members: rows.map((row) => {
      const { accountId, email, quota } = adminUserOf(row);
      return { accountId, email, quota, sliceBytes: row.sliceBytes };
    }),
    nextPageToken: last !== undefined && rows.length === limit ? last.accountId : null,
  };
}

function parseToken(token: string): AccountId {
  const parsed = accountIdSchema.safeParse(token);
  if (!parsed.success) fail({ reason: 'invalidInput', detail: 'this is no token of a page' });
  return parsed.data;
}
