import type { LibraryId } from '@tidesync/shared/ids';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** Ends a library for all members; local files of theirs stay. Errors: `libraryMissing`, `notAllowed`. */
export async function deleteLibrary(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Caller,
  input: { readonly libraryId: LibraryId },
): Promise<void> {
  const { libraryId } = input;
  const members = await ports.store.transact(async (tx) => {
    const library = await tx.libraries.byId(libraryId);
    await requireRole(tx, caller, { libraryId, role: 'owner' });
    const members = await tx.libraries.members(libraryId);
    await tx.libraries.markDeleted(libraryId, ports.clock.nowMs());
    const details = { storedBytes: library?.storedBytes ?? 0 };
    await record(tx, ports, {
      actor: caller.accountId,
      action: 'libraryDeleted',
      target: libraryId,
      details,
    });
    return members;
  });
  for (const { accountId } of members) ports.doorbells.ringAccess(accountId);
}
