import type { CommitOutput, commitLookupInput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { outputOf } from './commit-ops.ts';

/**
 * What became of a commit of this device whose answer was lost; null: it was not applied. Takes the library's place
 * in the order of commits, so that it waits for every commit that is under way on any server.
 * Errors: `libraryMissing`.
 */
export async function lookUpCommit(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, opId }: z.infer<typeof commitLookupInput>,
): Promise<CommitOutput | null> {
  return ports.store.transact(async (tx) => {
    await requireRole(tx, caller, { libraryId, role: 'viewer' });
    await tx.tree.touchReferences(libraryId);
    const answer = await tx.tree.answerOf(caller.deviceId, opId);
    return answer === null || answer.libraryId !== libraryId ? null : outputOf(answer);
  });
}
