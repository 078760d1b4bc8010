import type { ServerPorts } from '../../ports/server-ports.ts';

const UPLOADS_PER_LOOK = 100;

/** Ends uploads whose time is over and gives back what they held; how many that were. */
export async function expireUploads(ports: Pick<ServerPorts, 'store' | 'clock'>): Promise<number> {
  const nowMs = ports.clock.nowMs();
  let expired = 0;
  for (;;) {
    const overdue = await ports.store.read.content.overdueUploads(nowMs, UPLOADS_PER_LOOK);
    if (overdue.length === 0) return expired;
    for (const uploadId of overdue) {
      await ports.store.transact(async (tx) => {
        // Someone may have extended it since the look.
        const upload = await tx.content.upload(uploadId);
        if (upload === null || upload.expiresAtMs > nowMs) return;
        const held = await tx.content.expireUpload(uploadId);
        if (held === null) return;
        await tx.accounts.release(held.payerId, held.reservedBytes);
        expired++;
      });
    }
  }
}
