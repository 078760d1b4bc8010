import { assert } from '@tidesync/shared/brand';
import type { auditListInput, auditListOutput } from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { AuditPlace } from '../../ports/store-audit.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { requireAdmin } from '../admin/require-admin.ts';

/** What was done to accounts, quotas and members, the newest first. Errors: `adminOnly`. */
export async function listAudit(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  { sinceMs, pageToken, limit }: z.infer<typeof auditListInput>,
): Promise<z.infer<typeof auditListOutput>> {
  requireAdmin(caller);
  const before = pageToken === null ? null : placeOf(pageToken);
  const lines = await ports.store.read.audit.page({ before, sinceMs, limit });
  const last = lines.at(-1);
  const more = last !== undefined && lines.length === limit;
  return { lines, nextPageToken: more ? `${last.atMs}.${last.auditId}` : null };
}

/** A token that the schema has let in. */
function placeOf(token: string): AuditPlace {
  const [atMs, auditId] = token.split('.');
  assert(atMs !== undefined && auditId !== undefined, 'a token has a time and an id');
  return { atMs: Number(atMs), auditId };
}
