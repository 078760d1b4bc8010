import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { RelPath } from '@tidesync/shared/names';
import type { DiskNode } from './disk.ts';

export type CutResult =
  /** `node` was the same before and after the whole file was read. */
  | { readonly is: 'cut'; readonly node: DiskNode; readonly chunks: readonly ChunkRef[] }
  /** It changed while it was read: try again when it is quiet. */
  | { readonly is: 'changed' };

export type OnRead = (readBytes: number) => void;

/**
 * Reads a file once and cuts it into content-defined chunks with their SHA-256 (FastCDC, bounds in `limits`).
 * Rejects with DiskError, or with the signal's reason. May work in other threads; calls run side by side.
 * `onRead`: called now and then with how many bytes are read so far; of what is read in a moment, never.
 */
export interface Cutter {
  cut(path: RelPath, signal: AbortSignal, onRead?: OnRead): Promise<CutResult>;
}
