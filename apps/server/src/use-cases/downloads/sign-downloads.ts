import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { downloadSignInput, downloadSignOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * URLs from which packs of a library can be read.
 * Errors: `packMissing` for a pack that is not sealed or not of this library, `libraryMissing`.
 */
export async function signDownloads(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'objectStore'>,
  caller: Caller,
  { libraryId, packIds }: z.infer<typeof downloadSignInput>,
): Promise<z.infer<typeof downloadSignOutput>> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const wanted = [...new Set(packIds)];
  const rows = await read.content.packs(libraryId, wanted);
  const sealed = new Set(rows.filter((row) => row.sealed).map((row) => row.packId));
  const expiresAtMs = ports.clock.nowMs() + limits.signedGetLifeMs;
  const signed = wanted.map(async (packId) => {
    if (!sealed.has(packId)) fail({ reason: 'packMissing', detail: packId });
    const key = objectKeyOf(libraryId, packId);
    return { packId, url: await ports.objectStore.signGet({ key, expiresAtMs }), expiresAtMs };
  });
  return { packs: await Promise.all(signed) };
}
