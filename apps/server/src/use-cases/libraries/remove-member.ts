import { fail } from '@tidesync/shared/problems';
import type { memberRemoveInput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { record } from '../audit/record.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * The owner removes anyone else; every other member may leave.
 * Errors: `libraryMissing`, `notAllowed`, `accountMissing` for no such member, `lastOwner`.
 */
export async function removeMember(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'doorbells'>,
  caller: Caller,
  input: z.infer<typeof memberRemoveInput>,
): Promise<void> {
  const { libraryId, email } = input;
  const accountId = await ports.store.transact(async (tx) => {
    // The library is locked before any account.
    await tx.libraries.byId(libraryId);
    const leaves = email === caller.email;
    const role = await requireRole(tx, caller, { libraryId, role: leaves ? 'viewer' : 'owner' });
    if (leaves && role === 'owner') fail({ reason: 'lastOwner' });
    const account = await tx.accounts.byEmail(email);
    const removed = account !== null && (await tx.libraries.removeMember(libraryId, account.accountId));
    if (!removed) fail({ reason: 'accountMissing', account: email });
    const details = { accountId: account.accountId };
    await record(tx, ports, { actor: caller.accountId, action: 'memberRemoved', target: libraryId, details });
    return account.accountId;
  });
  ports.doorbells.ringAccess(accountId);
}
