import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import type { PathTrouble } from '../../core/trouble.ts';
import type { Disk, WriteHandle } from '../../ports/disk.ts';
import { isDiskError } from '../../ports/disk.ts';
import type { Sha256 } from '../../ports/environment.ts';
import { writeTrouble } from './disk-trouble.ts';
import type { DownloadFile, DownloadOutcome } from './download-types.ts';
import type { Place } from './read-chunks.ts';
import { placesOf, readChunk } from './read-chunks.ts';

/**
 * One temporary file on its way to being whole. Nothing here rejects: a disk that fails, or content that is
 * missing, becomes the outcome, and what comes after the outcome is ignored.
 */
export interface Assembly {
  readonly file: DownloadFile;
  readonly outcome: DownloadOutcome | null;
  /** Says what the file is made of, and takes over what an earlier try and the `reuse` source hold of it. */
  begin(refs: readonly ChunkRef[]): Promise<void>;
  /** Places whose bytes are still wanted. */
  wanted(): Place[];
  /** Received bytes, with the hash of the place's chunk. The last place finishes the file. */
  write(place: Place, bytes: Uint8Array): Promise<void>;
  /** Throws the file away. */
  refuse(trouble: PathTrouble): Promise<void>;
  /** Closes the file and leaves it for a later try. */
  leave(): Promise<void>;
}

export interface AssemblyPorts {
  readonly disk: Disk;
  readonly sha256: Sha256;
  readonly onPlaced: (placedBytes: number) => void;
  readonly onOutcome: (outcome: DownloadOutcome) => void;
}

/** What an interrupted try left is moved here while its good chunks are copied. */
export const leftoverOf = (temp: RelPath): RelPath => `${temp}.left` as RelPath;

export function createAssembly(ports: AssemblyPorts, file: DownloadFile): Assembly {
  const { disk, sha256 } = ports;
  const left = new Map<number, Place>();
  let outcome: DownloadOutcome | null = null;
  let opening: Promise<WriteHandle> | null = null;
  let receivedBytes = 0;

  const decide = (decided: DownloadOutcome) => {
    outcome = decided;
    ports.onOutcome(decided);
  };
  const close = async () => {
    const handle = await opening?.catch(() => null);
    opening = null;
    await handle?.close().catch(() => undefined);
  };
  const refuse = async (trouble: PathTrouble) => {
    if (outcome !== null) return;
    // First the outcome, so that nothing is written after this; it is told when the file is gone.
    outcome = { is: 'trouble', trouble };
    await close();
    for (const path of [file.temp, leftoverOf(file.temp)]) await disk.unlink(path).catch(() => undefined);
    decide(outcome);
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
  const put = async (place: Place, bytes: Uint8Array) => {
    opening ??= createAnew(disk, file.temp);
    await (await opening).write(bytes, place.offset);
    if (left.delete(place.offset)) ports.onPlaced(bytes.length);
  };
  const finish = async () => {
    opening ??= createAnew(disk, file.temp);
    const handle = await opening;
    await handle.setAttributes({ executable: file.executable, mtimeMs: file.mtimeMs });
    await handle.sync();
    const node = await handle.stat();
    opening = null;
    await handle.close();
    decide({ is: 'fetched', node, receivedBytes });
  };
  /** Puts what `from` holds of the wanted places; where it holds them is the caller's idea, the hash decides. */
  const copy = async (from: RelPath, offsetOf: (place: Place) => number | undefined) => {
    const source = await disk.openForRead(from).catch(() => null);
    if (source === null) return;
    try {
      for (const place of [...left.values()]) {
        const offset = offsetOf(place);
        if (offset === undefined) continue;
        const bytes = await readChunk(source, { ref: place.ref, offset }, sha256).catch(() => null);
        if (bytes !== null) await put(place, bytes);
      }
    } finally {
      await source.close().catch(() => undefined);
    }
  };

  const copyLeftover = async () => {
    const leftover = await setAside(disk, file.temp);
    if (leftover === null) return;
    await copy(leftover, (place) => place.offset);
    await disk.unlink(leftover);
  };

  return {
    file,
    get outcome() {
      return outcome;
    },
    begin: (refs) =>
      orTrouble(async () => {
        for (const place of placesOf(refs)) left.set(place.offset, place);
        if (file.sizeBytes > limits.chunkBytesMin) await copyLeftover();
        if (file.reuse !== undefined && left.size > 0) {
          const offsets = offsetsById(file.reuse.chunks);
          await copy(file.reuse.path, (place) => offsets.get(place.ref.id));
        }
        if (left.size === 0) await finish();
      }),
    wanted: () => (outcome === null ? [...left.values()] : []),
    write: (place, bytes) =>
      orTrouble(async () => {
        if (!left.has(place.offset)) return;
        receivedBytes += bytes.length;
        await put(place, bytes);
        if (left.size === 0) await finish();
      }),
    refuse,
    leave: close,
  };
}

/** A file of ours that is in the way is left over from an earlier try. */
async function createAnew(disk: Disk, temp: RelPath): Promise<WriteHandle> {
  try {
    return await disk.createFile(temp);
  } catch (error) {
    if (!isDiskError(error, 'exists')) throw error;
  }
  await disk.unlink(temp);
  return disk.createFile(temp);
}

/**
 * Moves what an earlier try left out of the way; null if there is nothing. Where both names exist, that try
 * was itself copying from its leftover, which therefore holds all that the other does.
 */
async function setAside(disk: Disk, temp: RelPath): Promise<RelPath | null> {
  const leftover = leftoverOf(temp);
  if ((await disk.look(leftover)) !== null) return leftover;
  if ((await disk.look(temp)) === null) return null;
  await disk.rename(temp, leftover);
  return leftover;
}

function offsetsById(chunks: readonly ChunkRef[]): Map<ChunkId, number> {
  return new Map(placesOf(chunks).map(({ ref, offset }) => [ref.id, offset]));
}
