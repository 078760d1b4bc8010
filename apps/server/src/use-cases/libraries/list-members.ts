import type { LibraryId } from '@tidesync/shared/ids';
import type { membersListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** Every member sees the others. Errors: `libraryMissing`. */
export async function listMembers(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  input: { readonly libraryId: LibraryId },
): Promise<z.infer<typeof membersListOutput>> {
  const { libraryId } = input;
  await requireRole(ports.store.read, caller, { libraryId, role: 'viewer' });
  return { members: await ports.store.read.libraries.members(libraryId) };
}
