import { limits } from '@tidesync/shared/limits';
import type { wantedInput, wantedOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * Contents of which the server has lost bytes: whoever has a file with one of them is asked to upload it again.
 * Errors: `libraryMissing`, `notAllowed` for who may not upload.
 */
export async function listWanted(
  { store }: Pick<ServerPorts, 'store'>,
  caller: Caller,
  { libraryId, after }: z.infer<typeof wantedInput>,
): Promise<z.infer<typeof wantedOutput>> {
  await requireRole(store.read, caller, { libraryId, role: 'editor' });
  const limit = limits.wantedPerPageMax;
  const contentIds = await store.read.heal.wantedContents({ libraryId, after, limit });
  return { contentIds, next: contentIds.length < limit ? null : (contentIds.at(-1) ?? null) };
}
