import type { usersListInput, usersListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { adminUserOf } from './admin-user.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';

/** In the order of e-mails; a page's token is the last e-mail before it. Errors: `adminOnly`. */
export async function listUsers(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  input: z.infer<typeof usersListInput>,
): Promise<z.infer<typeof usersListOutput>> {
  requireAdmin(caller);
  const { limit, pageToken } = input;
  const rows = await ports.store.read.accounts.page({ afterEmail: pageToken, limit });
  const last = rows.at(-1);
  return {
    users: rows.map(adminUserOf),
    nextPageToken: last !== undefined && rows.length === limit ? last.email : null,
  };
}
