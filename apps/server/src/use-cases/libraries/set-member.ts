import { assert } from '@tidesync/shared/brand';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { memberSetInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { AccountRow, LibraryRow } from '../../ports/store-people.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';
import { transactWithRoom } from '../quotas/reclaim-slices.ts';
import { settleAccounts } from '../quotas/room.ts';
import { requireRole } from '../require-role.ts';

/**
 * Adds a member, changes a role, or hands the library over (role `owner`; the old owner becomes an editor).
 * Errors: `libraryMissing`, `notAllowed` for all but the owner, `accountMissing`, `lastOwner` for an owner who
 *         would step down with nobody in their place; on handing over `libraryNameTaken`, `newOwnerFull`.
 */
export async function setMember(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Caller,
  input: z.infer<typeof memberSetInput>,
): Promise<void> {
  const { libraryId, email, role } = input;
  const account = await ports.store.read.accounts.byEmail(email);
  const done = transactWithRoom(ports.store, async (tx) => {
    // The library is locked before any account.
    const library = await tx.libraries.byId(libraryId);
    await requireRole(tx, caller, { libraryId, role: 'owner' });
    assert(library !== null, 'a library with a member exists');
    if (account === null) fail({ reason: 'accountMissing', account: email });
    const { accountId } = account;
    const isOwner = accountId === caller.accountId;
    if (isOwner && role !== 'owner') fail({ reason: 'lastOwner' });
    if (isOwner) return library.headSeq;
    const act = { actor: caller.accountId, target: libraryId };
    if (role === 'owner') {
      await handOver(tx, library, account);
      const details = { fromId: library.ownerId, toId: accountId, sizeBytes: library.storedBytes };
      await record(tx, ports, { ...act, action: 'libraryTransferred', details });
    } else {
      await tx.libraries.setMember(libraryId, accountId, role);
      await record(tx, ports, { ...act, action: 'memberSet', details: { accountId, role } });
    }
    return library.headSeq;
  });
  const headSeq = await done.catch((error: unknown) => {
    if (isFailure(error, 'quotaExceeded')) fail({ reason: 'newOwnerFull', email }, error);
    throw error;
  });
  if (account !== null) ports.doorbells.ringAccess(account.accountId);
  ports.doorbells.ring({ libraryId, headSeq });
}

/** The new owner pays for what is stored from now on. */
async function handOver(tx: Writes, library: LibraryRow, to: AccountRow): Promise<void> {
  const { libraryId, ownerId, name, storedBytes } = library;
  const outcome = await tx.libraries.transfer(libraryId, to.accountId);
  if (outcome === 'nameTaken') fail({ reason: 'libraryNameTaken', library: name });
  if (storedBytes === 0) return;
  await settleAccounts(tx, [
    { accountId: to.accountId, chargeBytes: storedBytes, releaseBytes: 0 },
    { accountId: ownerId, chargeBytes: -storedBytes, releaseBytes: 0 },
  ]);
}
