import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { LibraryRetention, Retention, setRetentionInput } from '@tidesync/shared/wire/retention';
import type { z } from 'zod';
import type { StoredDays } from '../../domain/retention.ts';
import { fromStoredDays, retentionOf, toStoredDays } from '../../domain/retention.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import type { LibraryRow } from '../../ports/store-people.ts';
import type { Administrator } from '../admin/require-admin.ts';
import { actorOf } from '../admin/require-admin.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** How long a library keeps versions and trash. Errors: `libraryMissing`. */
export async function readRetention(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Caller | Administrator,
  { libraryId }: { readonly libraryId: LibraryId },
): Promise<LibraryRetention> {
  const { read } = ports.store;
  await requireMay(read, caller, { libraryId, role: 'viewer' });
  return viewOf(await libraryOf(read, libraryId), ports.policy.retention);
}

/**
 * Says how long a library keeps versions and trash from now on; what is over by that ends at the next collection.
 * Errors: `libraryMissing`, `notAllowed` for all but its owner and administrators.
 */
export async function setRetention(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'policy'>,
  caller: Caller | Administrator,
  { libraryId, versions, trash }: z.infer<typeof setRetentionInput>,
): Promise<LibraryRetention> {
  return ports.store.transact(async (tx) => {
    // Locked first, so that its owner and its end are known for as long as this takes.
    await tx.libraries.byId(libraryId);
    await requireMay(tx, caller, { libraryId, role: 'owner' });
    const library = await libraryOf(tx, libraryId);
    const days = {
      versionDays: versions === undefined ? library.versionDays : toStoredDays(versions),
      trashDays: trash === undefined ? library.trashDays : toStoredDays(trash),
    };
    await tx.libraries.setRetention(libraryId, days);
    const act = { actor: actorOf(caller), action: 'retentionSet', target: libraryId } as const;
    await record(tx, ports, { ...act, details: detailsOf(library, days) });
    return viewOf(days, ports.policy.retention);
  });
}

async function requireMay(
  reads: Reads,
  caller: Caller | Administrator,
  wanted: { readonly libraryId: LibraryId; readonly role: 'viewer' | 'owner' },
): Promise<void> {
  if (caller.admin || !('accountId' in caller)) return;
  await requireRole(reads, caller, wanted);
}

async function libraryOf(reads: Reads, libraryId: LibraryId): Promise<LibraryRow> {
  const library = await reads.libraries.byId(libraryId);
  if (library === null || library.deleted) fail({ reason: 'libraryMissing', library: libraryId });
  return library;
}

function viewOf(days: StoredDays, server: Retention): LibraryRetention {
  const own = { versions: fromStoredDays(days.versionDays), trash: fromStoredDays(days.trashDays) };
  return { ...retentionOf(days, server), own, server };
}

function detailsOf(from: StoredDays, to: StoredDays) {
  return {
    versionsFrom: fromStoredDays(from.versionDays),
    versionsTo: fromStoredDays(to.versionDays),
    trashFrom: fromStoredDays(from.trashDays),
    trashTo: fromStoredDays(to.trashDays),
  };
}
