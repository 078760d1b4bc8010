import type { LibraryId, PackId } from '@tidesync/shared/ids';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { ArrivedPack } from '../../ports/store-content.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { atOnce } from './at-once.ts';
import type { PackVerdict } from './verify-pack.ts';
import { verifyPack } from './verify-pack.ts';
import { noteVerdict, VERIFY_BYTES_PER_SECOND_MAX } from './verify-packs.ts';
import type { VerifyWatch } from './verify-watch.ts';
import { counting } from './verify-watch.ts';

export interface CheckPorts extends Pick<ServerPorts, 'store' | 'clock' | 'random'> {
  readonly objects: ObjectReader;
}
export interface PackChecks {
  /** Reads every pack and hashes its chunks, instead of looking at its size. */
  readonly deep: boolean;
  /** Deep checks go on behind this pack; before it only sizes are looked at. */
  readonly after: ObjectKey | null;
  readonly watch: VerifyWatch;
}
export interface CheckedPacks {
  readonly packs: number;
  readonly unsound: ReadonlyMap<PackId, string>;
  /** Where to go on, if the check was stopped; null if it was not. */
  readonly stoppedAfter: ObjectKey | 'start' | null;
}

const SIZES_AT_ONCE_MAX = 8;

/**
 * Looks at every pack of a library that has arrived. What is not as it should be is marked as damaged, so that nobody
 * relies on it and the content is taken again from whoever sends it; nothing is removed.
 * Errors: `storeUnavailable`, `databaseUnavailable`.
 */
export async function checkPacks(
  ports: CheckPorts,
  libraryId: LibraryId,
  checks: PackChecks,
): Promise<CheckedPacks> {
  const { rows } = ports.store.read;
  const { watch } = checks;
  const unsound = new Map<PackId, string>();
  const told = counting(watch, 'packs', await rows.count({ table: 'packs', libraryId }));
  let packs = 0;
  let last: ObjectKey | null = null;
  const judge = async (pack: ArrivedPack) => {
    const found = await look(ports, pack, checks);
    if (found.verdict === 'damaged') unsound.set(pack.packId, found.why);
    packs += 1;
    told.add(1, pack.sizeBytes);
  };
  for await (const page of pagesOf(rows, { table: 'packs', libraryId }, null)) {
    const arrived = page.filter((row) => row.state !== 'signed' && row.state !== 'empty').map(packOf);
    if (!checks.deep) await atOnce(arrived, SIZES_AT_ONCE_MAX, judge);
    else {
      for (const pack of arrived) {
        if (watch.signal.aborted) return { packs, unsound, stoppedAfter: last ?? 'start' };
        await judge(pack);
        last = keyOf(pack);
      }
    }
    if (watch.signal.aborted) return { packs, unsound, stoppedAfter: last ?? 'start' };
  }
  return { packs, unsound, stoppedAfter: null };
}

const keyOf = ({ libraryId, packId }: ArrivedPack) => objectKeyOf(libraryId, packId);

function packOf(row: TransferRow): ArrivedPack {
  const { libraryId, packId, sizeBytes, sha256, state } = row as unknown as ArrivedPack & {
    state: ArrivedPack['seen'];
  };
  return { libraryId, packId, sizeBytes, sha256, seen: state };
}

async function look(
  ports: CheckPorts,
  pack: ArrivedPack,
  { deep, after, watch }: PackChecks,
): Promise<PackVerdict> {
  const reads = deep && (after === null || keyOf(pack) > after);
  const startedMs = ports.clock.nowMs();
  const found = reads
    ? await verifyPack({ store: ports.store, objectStore: ports.objects }, pack)
    : await bySize(ports.objects, pack);
  if (found !== null) await noteVerdict(ports, { pack, found, actor: 'command' });
  if (reads) {
    const dueMs = (pack.sizeBytes / VERIFY_BYTES_PER_SECOND_MAX) * 1_000;
    const leftMs = startedMs + dueMs - ports.clock.nowMs();
    if (leftMs > 0) await watch.pause(leftMs, watch.signal);
  }
  if (found !== null) return found;
  return pack.seen === 'damaged'
    ? { verdict: 'damaged', why: 'it was found damaged when it was read' }
    : { verdict: 'good', chunkIds: [] };
}

/** Null: its size says nothing against it. */
async function bySize(objects: ObjectReader, pack: ArrivedPack): Promise<PackVerdict | null> {
  const sizeBytes = await objects.sizeOf(keyOf(pack));
  if (sizeBytes === null) return { verdict: 'damaged', why: 'it is gone from the object store' };
  if (sizeBytes === pack.sizeBytes) return null;
  return { verdict: 'damaged', why: `it has ${sizeBytes} bytes instead of ${pack.sizeBytes}` };
}
