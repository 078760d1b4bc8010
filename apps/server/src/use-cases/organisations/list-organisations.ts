import type { organisationsListInput, organisationsListOutput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { requireAdmin } from '../admin/require-admin.ts';
import { organisationView } from './organisation-view.ts';

/** In the order of names; a page's token is the last name before it. Errors: `adminOnly`. */
export async function listOrganisations(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  { pageToken, limit }: z.infer<typeof organisationsListInput>,
): Promise<z.infer<typeof organisationsListOutput>> {
  requireAdmin(caller);
  const { read } = ports.store;
  const rows = await read.organisations.page({ afterName: pageToken, limit });
  const organisations = [];
  for (const row of rows) organisations.push(await organisationView(read, row));
  const last = rows.at(-1);
  return {
    organisations,
    nextPageToken: last !== undefined && rows.length === limit ? last.name : null,
  };
}
