import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { uploadMissingInput, uploadMissingOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import { UsableChunks } from '../../domain/usable-chunks.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { UploadRow, Usability } from '../../ports/store-content.ts';
import type { Caller } from '../caller.ts';
import { paidChunks } from '../heal/paid-chunks.ts';
import { transactWithRoom } from '../quotas/reclaim-slices.ts';
import { holdRoom } from '../quotas/room.ts';
import { requireOpenUpload } from './require-open-upload.ts';

/**
 * Which chunks have to be sent; room for them is held in the library and on the account of its owner, once per
 * upload; for what the server has lost and the owner pays for already, none.
 * Errors: `quotaExceeded` with nothing held, `uploadExpired`, `libraryMissing`, `notAllowed`.
 */
export async function findMissingChunks(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
  { uploadId, chunks }: z.infer<typeof uploadMissingInput>,
): Promise<z.infer<typeof uploadMissingOutput>> {
  const nowMs = ports.clock.nowMs();
  return transactWithRoom(
    ports.store,
    async (tx) => {
      const upload = await requireOpenUpload(tx, caller, { uploadId, nowMs });
      const ids = [...new Set(chunks.map((chunk) => chunk.id))];
      const of = { libraryId: upload.libraryId, accountId: caller.accountId };
      const usable = new UsableChunks(await relyOn(tx, of, ids));
      const missing = chunks.map((chunk) => !usable.has(chunk));
      const addedBytes = await reserveOnce(
        tx,
        upload,
        chunks.filter((_, index) => missing[index]),
      );
      return { missing, reservedBytes: upload.reservedBytes + addedBytes };
    },
    { repeatable: true },
  );
}

/** What nothing has needed for a while is needed again; the library is locked for that alone. */
async function relyOn(tx: Writes, of: Usability, ids: readonly ChunkId[]): Promise<readonly ChunkRef[]> {
  const usable = await tx.content.usableChunks(of, ids);
  if (!usable.some((chunk) => chunk.condemned)) return usable;
  if (!(await tx.tree.touchReferences(of.libraryId)))
    fail({ reason: 'libraryMissing', library: of.libraryId });
  return tx.content.useChunks(of, ids);
}

async function reserveOnce(tx: Writes, upload: UploadRow, wanted: readonly ChunkRef[]): Promise<number> {
  const byId = new Map(wanted.map((chunk) => [chunk.id, chunk]));
  for (const held of await tx.content.reservedChunks(upload.uploadId, [...byId.keys()])) byId.delete(held.id);
  if (byId.size === 0) return 0;
  const paid = await paidChunks(tx, upload.libraryId, [...byId.values()]);
  const added = [...byId.values()].map((chunk) => (paid.has(chunk.id) ? { ...chunk, sizeBytes: 0 } : chunk));
  const addedBytes = added.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
  if (addedBytes > 0) await holdRoom(tx, upload, addedBytes);
  await tx.content.addReservedChunks(upload.uploadId, added);
  return addedBytes;
}
