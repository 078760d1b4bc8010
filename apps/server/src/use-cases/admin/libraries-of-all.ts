import type { LibraryId } from '@tidesync/shared/ids';
import { libraryId as libraryIdSchema } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type {
  adminMembersOutput,
  allLibrariesInput,
  allLibrariesOutput,
  LibraryUsage,
} from '@tidesync/shared/wire/admin';
import type { z } from 'zod';
import { retentionOf } from '../../domain/retention.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { MeasuredLibrary } from '../../ports/store-garbage.ts';
import type { Administrator } from './require-admin.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * All libraries in the order of their ids, deleted ones too; a page's token is the last id before it.
 * Errors: `adminOnly`, `invalidInput` for a token of another listing.
 */
export async function listAllLibraries(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Administrator,
  { pageToken, limit }: z.infer<typeof allLibrariesInput>,
): Promise<z.infer<typeof allLibrariesOutput>> {
  requireAdmin(caller);
  const { read } = ports.store;
  const after = pageToken === null ? null : libraryIdSchema.safeParse(pageToken);
  if (after?.success === false) fail({ reason: 'invalidInput', detail: 'this is no token of a page' });
  const rows = await read.admin.libraries({ afterId: after?.data ?? null, limit });
  const measured = await read.garbage.measured(rows.map((row) => row.libraryId));
  const last = rows.at(-1);
  return {
    libraries: rows.map((row) => {
      const { libraryId, name, ownerEmail, createdAtMs, deleted, limitBytes, members } = row;
      const { storedBytes, reservedBytes } = row;
      return {
        ...{ libraryId, name, ownerEmail, createdAtMs, deleted, limitBytes, storedBytes, reservedBytes },
        members,
        retention: retentionOf(row, ports.policy.retention),
        usage: usageOf(measured.get(libraryId)),
      };
    }),
    nextPageToken: last !== undefined && rows.length === limit ? last.libraryId : null,
  };
}

function usageOf(measured: MeasuredLibrary | undefined): LibraryUsage | null {
  if (measured === undefined) return null;
  const { refVersion: _version, settled: _settled, ...usage } = measured;
  return usage;
}

/** Who may use a library. Errors: `adminOnly`, `libraryMissing`. */
export async function listMembersOf(
  ports: Pick<ServerPorts, 'store'>,
  caller: Administrator,
  { libraryId }: { readonly libraryId: LibraryId },
): Promise<z.infer<typeof adminMembersOutput>> {
  requireAdmin(caller);
  const { libraries } = ports.store.read;
  if ((await libraries.byId(libraryId)) === null) fail({ reason: 'libraryMissing', library: libraryId });
  return { members: await libraries.members(libraryId) };
}
