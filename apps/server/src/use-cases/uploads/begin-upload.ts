import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { uploadBeginInput, uploadBeginOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { requireOpenUpload } from './require-open-upload.ts';

/**
 * Opens an upload under an id the client drew, or gives an open one its full life again.
 * Errors: `libraryMissing`, `notAllowed`, `uploadExpired` for an id that is used up.
 */
export async function beginUpload(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
  { uploadId, libraryId }: z.infer<typeof uploadBeginInput>,
): Promise<z.infer<typeof uploadBeginOutput>> {
  const nowMs = ports.clock.nowMs();
  const expiresAtMs = nowMs + limits.uploadLifeMs;
  // Outside the transaction, in which it would lock the library: then all who begin at once would wait for each other.
  const library = await ports.store.read.libraries.byId(libraryId);
  if (library === null) fail({ reason: 'libraryMissing', library: libraryId });
  await ports.store.transact(
    async (tx) => {
      await requireRole(tx, caller, { libraryId, role: 'editor' });
      if ((await tx.content.upload(uploadId)) !== null) {
        const upload = await requireOpenUpload(tx, caller, { uploadId, nowMs });
        if (upload.libraryId !== libraryId) fail({ reason: 'uploadExpired' });
        await tx.content.extendUpload(uploadId, expiresAtMs);
        return;
      }
      const { accountId, deviceId } = caller;
      const payerId = library.ownerId;
      await tx.content.openUpload({ uploadId, libraryId, accountId, deviceId, payerId, expiresAtMs });
    },
    { repeatable: true },
  );
  return { uploadId, expiresAtMs };
}
