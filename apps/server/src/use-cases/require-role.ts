import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Role } from '@tidesync/shared/wire/people';
import type { Reads } from '../ports/store.ts';
import type { Caller } from './caller.ts';

const rank: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };

/**
 * The caller's role in a library, if it reaches what is needed.
 * Errors: `libraryMissing` for everyone who is no member, whether or not the library exists; `notAllowed` for
 *         members whose role is lower.
 */
export async function requireRole(
  reads: Reads,
  caller: Pick<Caller, 'accountId'>,
  wanted: { readonly libraryId: LibraryId; readonly role: Role },
): Promise<Role> {
  const role = await reads.libraries.roleOf(wanted.libraryId, caller.accountId);
  if (role === null) fail({ reason: 'libraryMissing', library: wanted.libraryId });
  if (rank[role] < rank[wanted.role]) fail({ reason: 'notAllowed', needed: wanted.role });
  return role;
}
