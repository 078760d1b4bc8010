import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { nodeDisk } from '../adapters/node-disk.ts';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { Disk } from '../ports/disk.ts';
import type { Clock } from '../ports/environment.ts';
import type { ObjectTransfer } from '../ports/server.ts';
import type { DownloadFile } from '../shell/transfer/download-types.ts';
import type { UploadFile } from '../shell/transfer/upload-types.ts';

/** Real time, but nobody waits: retries come at once. */
export const hastyClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Lets all go on that can go on without time. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Bytes that look random and depend on the seed alone. */
export function noise(sizeBytes: number, seed: string): Uint8Array {
  return createHash('shake256', { outputLength: sizeBytes }).update(seed).digest();
}

export function chunksOf(bytes: Uint8Array, chunkBytes: number): ChunkRef[] {
  const refs: ChunkRef[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const part = bytes.subarray(at, at + chunkBytes);
    refs.push({ id: nodeSha256(part) as ChunkId, sizeBytes: part.length });
  }
  return refs;
}

/** A folder on a real disk, with the shorthands that transfer tests speak. */
export interface TransferFolder {
  readonly disk: Disk;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** The file as it lies there, cut into chunks of that size. */
  cut(path: string, chunkBytes?: number): Promise<UploadFile>;
  read(path: string): Promise<Uint8Array>;
  /** What lies in the folder for temporary files. */
  temps(): Promise<string[]>;
  absolute(path: string): string;
  remove(): Promise<void>;
}

export async function makeTransferFolder(): Promise<TransferFolder> {
  const top = await mkdtemp(join(tmpdir(), 'tidesync-transfer-'));
  const disk = nodeDisk(top);
  await mkdir(join(top, '.tidesync', 'tmp'), { recursive: true });
  const absolute = (path: string) => join(top, path);
  return {
    disk,
    absolute,
    write: (path, bytes) => writeFile(absolute(path), bytes),
    read: (path) => readFile(absolute(path)),
    temps: () => readdir(absolute('.tidesync/tmp')),
    async cut(path, chunkBytes = 1024 * 1024) {
      const chunks = chunksOf(await readFile(absolute(path)), chunkBytes);
      const node = await disk.look(path as RelPath);
      if (node === null) throw new Error(`${path} is not there`);
      const { contentId } = fileRevision(chunks, nodeSha256).revision;
      return { path: path as RelPath, contentId, chunks, stamp: node.stamp };
    },
    remove: () => rm(top, { recursive: true, force: true }),
  };
}

export const tempOf = (file: UploadFile): RelPath => `.tidesync/tmp/${file.contentId}` as RelPath;

/** The order to fetch what was uploaded from that file. */
export function fetchOf(file: UploadFile, more: Partial<DownloadFile> = {}): DownloadFile {
  const sizeBytes = file.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
  const { contentId } = file;
  return { contentId, sizeBytes, temp: tempOf(file), executable: false, mtimeMs: 1_600_000_000_123, ...more };
}

/** Counts what passes, and lets a test come between; a hook that answers something answers in its place. */
export interface WatchedObjects extends ObjectTransfer {
  sentBytes: number;
  receivedBytes: number;
  puts: number;
  gets: number;
  beforePut: ((put: number) => ReturnType<ObjectTransfer['put']> | undefined) | null;
  afterGet: ((bytes: Uint8Array, get: number) => Uint8Array | 'expired') | null;
}

export function watchedObjects(inner: ObjectTransfer): WatchedObjects {
  const watched: WatchedObjects = {
    sentBytes: 0,
    receivedBytes: 0,
    puts: 0,
    gets: 0,
    beforePut: null,
    afterGet: null,
    async put(signed, bytes, way) {
      watched.puts++;
      const instead = watched.beforePut?.(watched.puts);
      if (instead !== undefined) return instead;
      watched.sentBytes += bytes.reduce((sum, part) => sum + part.length, 0);
      return inner.put(signed, bytes, way);
    },
    async getRange(signed, range, signal) {
      watched.gets++;
      const get = watched.gets;
      const bytes = await inner.getRange(signed, range, signal);
      if (bytes === 'expired') return bytes;
      watched.receivedBytes += bytes.length;
      return watched.afterGet === null ? bytes : watched.afterGet(bytes, get);
    },
  };
  return watched;
}
