import type { LibraryId } from '@tidesync/shared/ids';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** Ends a library for all members; local files of theirs stay. Errors: `libraryMissing`, `notAllowed`. */
export async function deleteLibrary(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
  input: { readonly libraryId: LibraryId },
): Promise<void> {
  await ports.store.transact(async (tx) => {
    await requireRole(tx, caller, { libraryId: input.libraryId, role: 'owner' });
    await tx.libraries.markDeleted(input.libraryId, ports.clock.nowMs());
  });
}
