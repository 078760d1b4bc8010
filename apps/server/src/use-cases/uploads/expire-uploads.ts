import type { UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { endUpload } from './end-upload.ts';

type Ports = Pick<ServerPorts, 'store' | 'clock' | 'objectStore'>;

const UPLOADS_PER_LOOK = 100;
/** Rows of about 50 bytes, and as many index keys: far below what a transaction may be. */
const HELD_CHUNKS_PER_STEP = 5_000;
/** A PUT that began while its URL was good may still run; nothing signed for an upload lives as long as this. */
const STRAY_AFTER_MS = limits.uploadLifeMs;

/**
 * Ends uploads whose time is over and gives back what they held, then removes the packs that ended uploads left
 * behind unsealed, which nobody pays for and nothing names. Says how many uploads it ended.
 * Errors: `storeUnavailable`; what is left over then is for the next time.
 */
export async function expireUploads(ports: Ports): Promise<number> {
  const nowMs = ports.clock.nowMs();
  const expired = await releaseOverdue(ports, nowMs);
  await removeStrays(ports, nowMs);
  return expired;
}

async function releaseOverdue({ store }: Ports, nowMs: number): Promise<number> {
  let expired = 0;
  for (;;) {
    const overdue = await store.read.content.overdueUploads(nowMs, UPLOADS_PER_LOOK);
    if (overdue.length === 0) return expired;
    for (const uploadId of overdue) {
      const ended = await store.transact(
        async (tx) => {
          // Someone may have extended it since the look.
          const upload = await tx.content.upload(uploadId);
          if (upload === null || upload.expiresAtMs > nowMs) return false;
          return endUpload(tx, uploadId);
        },
        { repeatable: true },
      );
      if (ended) expired++;
    }
  }
}

async function removeStrays({ store, objectStore }: Ports, nowMs: number): Promise<void> {
  const ended = await store.read.content.endedUploads(nowMs - STRAY_AFTER_MS, UPLOADS_PER_LOOK);
  for (const uploadId of ended) {
    // An upload that has ended cannot seal, so what is unsealed now stays so.
    for (const { libraryId, packId } of await store.read.content.unsealedPacks(uploadId)) {
      await objectStore.delete(objectKeyOf(libraryId, packId));
    }
    await dropHeld(store, uploadId);
    await store.transact((tx) => tx.content.forgetUnsealed(uploadId));
  }
}

/** In steps; a server that stops between two leaves the rest to the next look, as the upload is not closed yet. */
async function dropHeld(store: Ports['store'], uploadId: UploadId): Promise<void> {
  for (;;) {
    const dropped = await store.transact((tx) => tx.content.dropHeldOfEnded(uploadId, HELD_CHUNKS_PER_STEP), {
      repeatable: true,
    });
    if (dropped < HELD_CHUNKS_PER_STEP) return;
  }
}
