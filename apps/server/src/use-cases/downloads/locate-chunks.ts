import type { locateInput, locateOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * Where chunks lie. A chunk may come with several locations, the most trusted first, so that a damaged one can be
 * passed over. Errors: `libraryMissing`.
 */
export async function locateChunks(
  ports: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, chunkIds }: z.infer<typeof locateInput>,
): Promise<z.infer<typeof locateOutput>> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const of = { libraryId, accountId: caller.accountId };
  return { locations: await read.content.locate(of, [...new Set(chunkIds)]) };
}
