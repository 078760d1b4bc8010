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
import { failQuotaExceeded } from './quota-exceeded.ts';
import { requireOpenUpload } from './require-open-upload.ts';

/** Location rows per transaction: other libraries' commits wait no longer than these take. */
const ENTRIES_PER_TRANSACTION = 4_096;

interface ArrivedPack {
  readonly row: PackRow;
  readonly entries: readonly PackEntry[];
}

/**
 * Makes the chunks of packs usable once the object store has them, and turns held room into used room. The owner
 * of the library pays for chunks that were not usable before. Sealing again changes nothing.
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
    chargedBytes += await ports.store.transact(
      async (tx) => {
        const open = await requireOpenUpload(tx, caller, { uploadId, nowMs });
        let bytes = 0;
        for (const pack of group) bytes += await sealOne(tx, open, pack);
        return bytes;
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

async function sealOne(tx: Writes, upload: UploadRow, { row, entries }: ArrivedPack): Promise<number> {
  const { libraryId, uploadId } = upload;
  const { packId, uploaderId } = row;
  const [now] = await tx.content.packs(libraryId, [packId]);
  assert(now !== undefined, 'a pack is not forgotten while its upload is open');
  if (now.sealed) return 0;
  const byChunk = new Map(entries.map((entry) => [entry.chunkId, entry]));
  const of = { libraryId, accountId: uploaderId };
  const usable = new UsableChunks(await tx.content.usableChunks(of, [...byChunk.keys()]));
  const added = [...byChunk.values()].filter(
    ({ chunkId, plainBytes }) => !usable.has({ id: chunkId, sizeBytes: plainBytes }),
  );
  const chargeBytes = added.reduce((sum, entry) => sum + entry.storedBytes, 0);
  const releaseBytes = await tx.content.dropReservedChunks(uploadId, [...byChunk.keys()]);
  const charged = new Set(added.map((entry) => entry.chunkId));
  await tx.content.sealPack({ libraryId, packId, uploaderId, entries: [...byChunk.values()], charged });
  await tx.content.addStoredBytes(libraryId, chargeBytes);
  await settle(tx, upload, { chargeBytes, releaseBytes });
  return chargeBytes;
}

/** The present owner pays; the room was held on whoever owned the library when the upload began. */
async function settle(
  tx: Writes,
  { libraryId, payerId }: UploadRow,
  { chargeBytes, releaseBytes }: { readonly chargeBytes: number; readonly releaseBytes: number },
): Promise<void> {
  const library = await tx.libraries.byId(libraryId);
  assert(library !== null, 'the library of an open upload exists');
  const { ownerId } = library;
  if (ownerId !== payerId) await tx.accounts.release(payerId, releaseBytes);
  const ownRelease = ownerId === payerId ? releaseBytes : 0;
  const room = await tx.accounts.settle({ accountId: ownerId, chargeBytes, releaseBytes: ownRelease });
  if (!room) await failQuotaExceeded(tx, ownerId, chargeBytes - ownRelease);
}
