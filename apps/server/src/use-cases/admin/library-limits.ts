import { libraryId as libraryIdSchema } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type {
  AdminLibrary,
  adminLibrariesInput,
  adminLibrariesOutput,
  libraryLimitInput,
} from '@tidesync/shared/wire/quotas';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { LibraryRow } from '../../ports/store-people.ts';
import { record } from '../audit/record.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

function adminLibraryOf(row: LibraryRow): AdminLibrary {
  const { libraryId, name, deleted, limitBytes, storedBytes, reservedBytes } = row;
  return { libraryId, name, deleted, limitBytes, storedBytes, reservedBytes };
}

/**
 * The libraries an account owns, in the order of ids; a page's token is the last id before it.
 * Errors: `adminOnly`, `accountMissing`.
 */
export async function listLibrariesOf(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  { email, pageToken, limit }: z.infer<typeof adminLibrariesInput>,
): Promise<z.infer<typeof adminLibrariesOutput>> {
  requireAdmin(caller);
  const { read } = ports.store;
  const after = pageToken === null ? null : libraryIdSchema.safeParse(pageToken);
  if (after?.success === false) fail({ reason: 'invalidInput', detail: 'this is no token of a page' });
  const owner = await read.accounts.byEmail(email);
  if (owner === null) fail({ reason: 'accountMissing', account: email });
  const afterId = after?.data ?? null;
  const rows = await read.libraries.ownedPage({ ownerId: owner.accountId, afterId, limit });
  const last = rows.at(-1);
  return {
    libraries: rows.map(adminLibraryOf),
    nextPageToken: last !== undefined && rows.length === limit ? last.libraryId : null,
  };
}

/** As `setQuota`, of one library; null takes its limit away. Errors: `adminOnly`, `libraryMissing`. */
export async function setLibraryLimit(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random'>,
  caller: Administrator,
  { libraryId, limitBytes }: z.infer<typeof libraryLimitInput>,
): Promise<AdminLibrary> {
  requireAdmin(caller);
  return ports.store.transact(async (tx) => {
    const library = await tx.libraries.byId(libraryId);
    if (library === null) fail({ reason: 'libraryMissing', library: libraryId });
    await tx.libraries.setLimit(libraryId, limitBytes);
    const details = { fromBytes: library.limitBytes, toBytes: limitBytes };
    const act = { actor: actorOf(caller), action: 'libraryLimitSet', target: libraryId } as const;
    await record(tx, ports, { ...act, details });
    return adminLibraryOf({ ...library, limitBytes });
  });
}
