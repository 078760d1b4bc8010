import { assert } from '@tidesync/shared/brand';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { fail } from '@tidesync/shared/problems';
import type { uploadSealInput, uploadSealOutput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import { packFault } from '../../domain/check-pack.ts';
import { UsableChunks } from '../../domain/usable-chunks.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { PackRow, UploadRow } from '../../ports/store-content.ts';
import type { Caller } from '../caller.ts';
import { paidChunks } from '../heal/paid-chunks.ts';
import { transactWithRoom } from '../quotas/reclaim-slices.ts';
import { settleRoom } from '../quotas/room.ts';
import { requireOpenUpload } from './require-open-upload.ts';

/** Location rows per transaction: other libraries' commits wait no longer than these take. */
const ENTRIES_PER_TRANSACTION = 4_096;

interface ArrivedPack {
  readonly row: PackRow;
  readonly entries: readonly PackEntry[];
}

/**
 * Makes the chunks of packs usable once the object store has them, and turns held room into used room. The owner
 * of the library pays for chunks that were not usable before, but for those that were lost and are paid for. Sealing
 * again changes nothing.
 * Errors: `packMissing` for what has not arrived or is no pack of this upload, `chunkMismatch` for other bytes or
 *         impossible entries, `quotaExceeded`, `uploadExpired`, `libraryMissing`, `notAllowed`, `storeUnavailable`.
 */
export async function sealPacks(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'objectStore'>,
  caller: Caller,
  { uploadId, packs }: z.infer<typeof uploadSealInput>,
): Promise<z.infer<typeof uploadSealOutput>> {
  const nowMs = ports.clock.nowMs();
  const upload = await requireOpenUpload(ports.store.read, caller, { uploadId, nowMs });
  const arrived = await arrivedPacks(ports, upload, packs);
  let chargedBytes = 0;
  for (const group of groupByEntries(arrived)) {
    chargedBytes += await transactWithRoom(
      ports.store,
      async (tx) => {
        const open = await requireOpenUpload(tx, caller, { uploadId, nowMs });
        return sealGroup(tx, open, group);
      },
      { repeatable: true },
    );
  }
  return { chargedBytes };
}

type SealedInput = z.infer<typeof uploadSealInput>['packs'];

/** Compares each pack that is not sealed yet with what the object store really has. */
async function arrivedPacks(
  ports: Pick<ServerPorts, 'store' | 'objectStore'>,
  upload: UploadRow,
  packs: SealedInput,
): Promise<ArrivedPack[]> {
  const { libraryId, uploadId } = upload;
  const ids = [...new Set(packs.map((pack) => pack.packId))];
  const rows = new Map(
    (await ports.store.read.content.packs(libraryId, ids)).map((row) => [row.packId, row]),
  );
  const checks = packs.map(async ({ packId, entries }) => {
    const row = rows.get(packId);
    if (row === undefined || row.uploadId !== uploadId) {
      fail({ reason: 'packMissing', detail: `${packId} was not signed in this upload` });
    }
    const fault = packFault(row.sizeBytes, entries);
    if (fault !== null) fail({ reason: 'chunkMismatch', detail: fault });
    if (row.sealed) return { row, entries };
    const facts = await ports.objectStore.head(objectKeyOf(libraryId, packId));
    if (facts === null) fail({ reason: 'packMissing', detail: packId });
    if (facts.sizeBytes !== row.sizeBytes || facts.sha256Hex !== row.sha256) {
      fail({ reason: 'chunkMismatch', detail: `${packId} has other bytes than were signed` });
    }
    return { row, entries };
  });
  return Promise.all(checks);
}

function groupByEntries(packs: readonly ArrivedPack[]): ArrivedPack[][] {
  const groups: ArrivedPack[][] = [];
  let entriesLeft = 0;
  for (const pack of packs) {
    if (pack.entries.length > entriesLeft) {
      groups.push([]);
      entriesLeft = ENTRIES_PER_TRANSACTION;
    }
    groups.at(-1)?.push(pack);
    entriesLeft -= pack.entries.length;
  }
  return groups;
}

async function sealGroup(tx: Writes, upload: UploadRow, group: readonly ArrivedPack[]): Promise<number> {
  const { libraryId } = upload;
  // Before it is judged what is usable: of two servers that seal the same chunk, the second one sees the first's.
  if (!(await tx.tree.touchReferences(libraryId))) fail({ reason: 'libraryMissing', library: libraryId });
  const shares: Share[] = [];
  for (const pack of group) shares.push(await sealOne(tx, upload, pack));
  const chargeBytes = shares.reduce((sum, share) => sum + share.chargeBytes, 0);
  const releaseBytes = shares.reduce((sum, share) => sum + share.releaseBytes, 0);
  await settleRoom(tx, upload, { chargeBytes, releaseBytes });
  return chargeBytes;
}

/** What a pack costs and what of the upload's room it gives back. */
interface Share {
  readonly chargeBytes: number;
  readonly releaseBytes: number;
}

async function sealOne(tx: Writes, upload: UploadRow, { row, entries }: ArrivedPack): Promise<Share> {
  const { libraryId, uploadId } = upload;
  const { packId, uploaderId } = row;
  const [now] = await tx.content.packs(libraryId, [packId]);
  assert(now !== undefined, 'a pack is not forgotten while its upload is open');
  if (now.sealed) return { chargeBytes: 0, releaseBytes: 0 };
  const byChunk = new Map(entries.map((entry) => [entry.chunkId, entry]));
  const of = { libraryId, accountId: uploaderId };
  const usable = new UsableChunks(await tx.content.useChunks(of, [...byChunk.keys()]));
  const added = [...byChunk.values()].filter(
    ({ chunkId, plainBytes }) => !usable.has({ id: chunkId, sizeBytes: plainBytes }),
  );
  const paid = await paidChunks(
    tx,
    libraryId,
    added.map(({ chunkId, plainBytes }) => ({ id: chunkId, sizeBytes: plainBytes })),
  );
  const charged = added.filter(({ chunkId }) => !paid.has(chunkId));
  const chargeBytes = charged.reduce((sum, entry) => sum + entry.storedBytes, 0);
  const releaseBytes = await tx.content.dropReservedChunks(uploadId, [...byChunk.keys()]);
  const chargedIds = new Set(charged.map((entry) => entry.chunkId));
  const sealed = { libraryId, packId, uploaderId, entries: [...byChunk.values()], charged: chargedIds };
  await tx.content.sealPack(sealed);
  return { chargeBytes, releaseBytes };
}
