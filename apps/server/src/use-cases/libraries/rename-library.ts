import { fail } from '@tidesync/shared/problems';
import type { libraryRenameInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** Errors: `libraryMissing`, `notAllowed` for all but the owner, `libraryNameTaken`. */
export async function renameLibrary(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  input: z.infer<typeof libraryRenameInput>,
): Promise<void> {
  const { libraryId, name } = input;
  await ports.store.transact(async (tx) => {
    // Locked first, so that its owner and its end are known for as long as this takes.
    await tx.libraries.byId(libraryId);
    await requireRole(tx, caller, { libraryId, role: 'owner' });
    const outcome = await tx.libraries.rename(libraryId, name);
    if (outcome === 'nameTaken') fail({ reason: 'libraryNameTaken', library: name });
  });
}
