import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import type { PathTrouble } from '../../core/trouble.ts';
import type { Disk } from '../../ports/disk.ts';
import { isDiskError } from '../../ports/disk.ts';
import type { Sha256 } from '../../ports/environment.ts';
import { writeTrouble } from './disk-trouble.ts';
import type { DownloadFile, DownloadOutcome } from './download-types.ts';
import type { Place } from './read-chunks.ts';
import { placesOf, readChunk } from './read-chunks.ts';
import { createTempFile } from './temp-file.ts';

/**
 * One temporary file on its way to being whole. But for a signal nothing here rejects: a disk that fails, or content
 * that is missing, becomes the outcome, and what comes after the outcome is ignored.
 */
export interface Assembly {
  readonly file: DownloadFile;
  readonly outcome: DownloadOutcome | null;
  /**
   * Says what the file is made of, and takes over what an earlier try and the `reuse` source hold of it. Rejects with
   * the signal's reason between two chunks; what is there by then is for a later try.
   */
  begin(refs: readonly ChunkRef[], signal: AbortSignal): Promise<void>;
  /** Places whose bytes are still wanted. */
  wanted(): Place[];
  /** Received bytes, with the hash of the place's chunk. The last place finishes the file. */
  write(place: Place, bytes: Uint8Array): Promise<void>;
  /** So many bytes have come that are not checked yet. */
  moved(bytes: number): void;
  /** Throws the file away. */
  refuse(trouble: PathTrouble): Promise<void>;
  /** Closes the file and leaves it for a later try. */
  leave(): Promise<void>;
}

export interface AssemblyPorts {
  readonly disk: Disk;
  readonly sha256: Sha256;
  readonly onPlaced: (placedBytes: number) => void;
  readonly onMoved: (bytes: number) => void;
  readonly onOutcome: (outcome: DownloadOutcome) => void;
}

export function createAssembly(ports: AssemblyPorts, file: DownloadFile): Assembly {
  const temp = createTempFile(ports.disk, file.temp);
  const left = new Map<number, Place>();
  let outcome: DownloadOutcome | null = null;
  let receivedBytes = 0;

  const refuse = async (trouble: PathTrouble) => {
    if (outcome !== null) return;
    // First the outcome, so that nothing is written after this; it is told when the file is gone.
    outcome = { is: 'trouble', trouble };
    await temp.discard();
    ports.onOutcome(outcome);
  };
  const orTrouble = async (work: () => Promise<void>) => {
    if (outcome !== null) return;
    try {
      await work();
    } catch (error) {
      if (!isDiskError(error)) throw error;
      await refuse(writeTrouble(error, file.sizeBytes));
    }
  };
  /** True for the place that makes the file whole: writes overlap, and only one of them may finish it. */
  const put = async (place: Place, bytes: Uint8Array): Promise<boolean> => {
    await temp.write(bytes, place.offset);
    if (!left.delete(place.offset)) return false;
    ports.onPlaced(bytes.length);
    return left.size === 0;
  };
  const finish = async () => {
    const node = await temp.finish(file);
    outcome = { is: 'fetched', node, receivedBytes };
    ports.onOutcome(outcome);
  };
  const copyFrom = (from: RelPath, signal: AbortSignal, offsetOf: CopyOrder['offsetOf']) =>
    copyPlaces(ports, { from, signal, offsetOf, places: [...left.values()], put });
  const copyLeftover = async (signal: AbortSignal) => {
    const leftover = await temp.setLeftoverAside();
    if (leftover === null) return;
    await copyFrom(leftover, signal, (place) => place.offset);
    await ports.disk.unlink(leftover);
  };

  return {
    file,
    get outcome() {
      return outcome;
    },
    begin: (refs, signal) =>
      orTrouble(async () => {
        for (const place of placesOf(refs)) left.set(place.offset, place);
        if (file.sizeBytes > limits.chunkBytesMin) await copyLeftover(signal);
        if (file.reuse !== undefined && left.size > 0) {
          const offsets = offsetsById(file.reuse.chunks);
          await copyFrom(file.reuse.path, signal, (place) => offsets.get(place.ref.id));
        }
        if (left.size === 0) await finish();
      }),
    wanted: () => (outcome === null ? [...left.values()] : []),
    write: (place, bytes) =>
      orTrouble(async () => {
        if (!left.has(place.offset)) return;
        receivedBytes += bytes.length;
        if (await put(place, bytes)) await finish();
      }),
    moved(bytes) {
      if (outcome === null) ports.onMoved(bytes);
    },
    refuse,
    leave: temp.close,
  };
}

interface CopyOrder {
  readonly from: RelPath;
  readonly signal: AbortSignal;
  /** Where `from` may hold the bytes of a place; whether it does, their hash decides. */
  readonly offsetOf: (place: Place) => number | undefined;
  readonly places: readonly Place[];
  readonly put: (place: Place, bytes: Uint8Array) => Promise<unknown>;
}

/**
 * Puts what a local file holds of some places. One that cannot be read holds nothing. Rejects as `put` does, and with
 * the signal's reason.
 */
async function copyPlaces({ disk, sha256 }: AssemblyPorts, order: CopyOrder): Promise<void> {
  const source = await disk.openForRead(order.from).catch(() => null);
  if (source === null) return;
  try {
    for (const place of order.places) {
      order.signal.throwIfAborted();
      const offset = order.offsetOf(place);
      if (offset === undefined) continue;
      const bytes = await readChunk(source, { ref: place.ref, offset }, sha256).catch(() => null);
      if (bytes !== null) await order.put(place, bytes);
    }
  } finally {
    await source.close().catch(() => undefined);
  }
}

function offsetsById(chunks: readonly ChunkRef[]): Map<ChunkId, number> {
  return new Map(placesOf(chunks).map(({ ref, offset }) => [ref.id, offset]));
}
