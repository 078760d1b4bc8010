import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { memberSetInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow } from '../../ports/store-people.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * Adds a member, changes a role, or hands the library over (role `owner`; the old owner becomes an editor).
 * Errors: `libraryMissing`, `notAllowed` for all but the owner, `accountMissing`, `lastOwner` for an owner who
 *         would step down with nobody in their place; on handing over `libraryNameTaken`, `newOwnerFull`.
 */
export async function setMember(
  ports: Pick<ServerPorts, 'store' | 'doorbells'>,
  caller: Caller,
  input: z.infer<typeof memberSetInput>,
): Promise<void> {
  const { libraryId, email, role } = input;
  const headSeq = await ports.store.transact(async (tx) => {
    await requireRole(tx, caller, { libraryId, role: 'owner' });
    const account = await tx.accounts.byEmail(email);
    if (account === null) fail({ reason: 'accountMissing', account: email });
    const isOwner = account.accountId === caller.accountId;
    if (isOwner && role !== 'owner') fail({ reason: 'lastOwner' });
    if (role !== 'owner') await tx.libraries.setMember(libraryId, account.accountId, role);
    else if (!isOwner) await handOver(tx, libraryId, account);
    return (await tx.libraries.byId(libraryId))?.headSeq ?? 0;
  });
  ports.doorbells.ring({ libraryId, headSeq });
}

async function handOver(tx: Writes, libraryId: LibraryId, to: AccountRow): Promise<void> {
  const outcome = await tx.libraries.transfer(libraryId, to.accountId);
  if (outcome === 'noRoom') fail({ reason: 'newOwnerFull', email: to.email });
  if (outcome === 'nameTaken') {
    const library = await tx.libraries.byId(libraryId);
    fail({ reason: 'libraryNameTaken', library: library?.name ?? libraryId });
  }
}
