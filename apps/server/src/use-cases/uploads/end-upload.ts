import type { UploadId } from '@tidesync/shared/ids';
import type { Writes } from '../../ports/store.ts';
import { releaseRoom } from '../quotas/room.ts';

/** Ends an upload before all of it is sealed, and gives back what it held. False: it has ended already. */
export async function endUpload(tx: Writes, uploadId: UploadId): Promise<boolean> {
  const held = await tx.content.expireUpload(uploadId);
  if (held === null) return false;
  await releaseRoom(tx, held, held.reservedBytes);
  return true;
}
