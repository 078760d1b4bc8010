import { limits } from '@tidesync/shared/limits';
import type { revisionsInput, revisionsOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * The chunk lists of contents; fewer than asked for if the answer would get too long, but one at least.
 * Errors: `libraryMissing`.
 */
export async function readRevisions(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, contentIds }: z.infer<typeof revisionsInput>,
): Promise<z.infer<typeof revisionsOutput>> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const wanted = { libraryId, contentIds, refsMax: limits.refsPerStageCallMax };
  const revisions = await read.content.revisions(wanted);
  return { revisions: revisions.map((one) => ({ ...one, refs: [...one.refs] })) };
}
