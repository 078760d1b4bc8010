import { assert } from '@tidesync/shared/brand';
import type { LibraryId, PackId, UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { uploadSignInput, uploadSignOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import { isWithinRoom } from '../../domain/check-pack.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { PackRow } from '../../ports/store-content.ts';
import type { Caller } from '../caller.ts';
import { endUpload } from './end-upload.ts';
import { requireOpenUpload } from './require-open-upload.ts';

/**
 * Notes which packs will arrive, then signs where they go. The same hash in the same upload is the same pack.
 * Errors: `uploadExpired`, also for more packs than the upload holds room for, which ends it; `libraryMissing`,
 *         `notAllowed`, `invalidInput` for one hash with two sizes.
 */
export async function signPacks(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'random' | 'objectStore'>,
  caller: Caller,
  { uploadId, packs }: z.infer<typeof uploadSignInput>,
): Promise<z.infer<typeof uploadSignOutput>> {
  const nowMs = ports.clock.nowMs();
  const { libraryId, rows } = await noted(ports, caller, { uploadId, packs, nowMs });
  const byHash = new Map<string, PackRow>(rows.map((row) => [row.sha256, row]));
  const expiresAtMs = nowMs + limits.signedPutLifeMs;
  const signed = packs.map(async ({ sha256, sizeBytes }) => {
    const row = byHash.get(sha256);
    assert(row !== undefined, 'a pack that was noted is there');
    if (row.sizeBytes !== sizeBytes) fail({ reason: 'invalidInput', detail: 'one pack hash with two sizes' });
    const key = objectKeyOf(libraryId, row.packId);
    const { url, headers } = await ports.objectStore.signPut({
      key,
      sha256Hex: sha256,
      sizeBytes,
      expiresAtMs,
    });
    return { packId: row.packId, url, headers: { ...headers }, expiresAtMs };
  });
  return { packs: await Promise.all(signed) };
}

interface Noting {
  readonly uploadId: UploadId;
  readonly packs: z.infer<typeof uploadSignInput>['packs'];
  readonly nowMs: number;
}
interface Noted {
  readonly libraryId: LibraryId;
  readonly rows: readonly PackRow[];
}

/** The packs as they are noted, each hash once; where they are beyond the room of the upload, it has ended. */
async function noted(
  ports: Pick<ServerPorts, 'store' | 'random'>,
  caller: Caller,
  { uploadId, packs, nowMs }: Noting,
): Promise<Noted> {
  let isBeyondRoom = false;
  const signed = ports.store.transact(
    async (tx): Promise<Noted> => {
      const upload = await requireOpenUpload(tx, caller, { uploadId, nowMs });
      const hashes = packs.map((pack) => pack.sha256);
      const known = new Set((await tx.content.packsOfUpload(uploadId, hashes)).map((row) => row.sha256));
      const added = new Map(
        packs.filter((pack) => !known.has(pack.sha256)).map((pack) => [pack.sha256, pack]),
      );
      const newPacks = [...added.values()].map(({ sha256, sizeBytes }) => {
        const packId = newUuid(ports.random) as PackId;
        const objectKey = objectKeyOf(upload.libraryId, packId);
        return { packId, uploadId, uploaderId: caller.accountId, objectKey, sizeBytes, sha256, atMs: nowMs };
      });
      await tx.content.addSignedPacks(upload.libraryId, newPacks);
      isBeyondRoom = newPacks.length > 0 && !isWithinRoom(await tx.content.outstanding(uploadId));
      if (isBeyondRoom) fail({ reason: 'uploadExpired' });
      return { libraryId: upload.libraryId, rows: await tx.content.packsOfUpload(uploadId, hashes) };
    },
    { repeatable: true },
  );
  return signed.catch(async (error: unknown) => {
    // Not the quota's refusal: another upload begins with what it really needs, and has to find this one ended.
    if (isBeyondRoom && isFailure(error, 'uploadExpired'))
      await ports.store.transact((tx) => endUpload(tx, uploadId), { repeatable: true });
    throw error;
  });
}
