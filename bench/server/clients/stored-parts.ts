import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { descriptionOf, fileRevision } from '@tidesync/shared/chunk-list';
import type { Uploaded } from './upload-task.ts';

/** What a file takes of a quota: its bytes, and the chunks that say what it is made of. */
export function usedBytesOf({ sizeBytes, chunks }: Pick<Uploaded, 'sizeBytes' | 'chunks'>): number {
  return partsOf(chunks).reduce((sum, part) => sum + part.sizeBytes, sizeBytes);
}

/** The chunks that a content has beside those of its file. */
export function partsOf(chunks: readonly ChunkRef[]): ChunkRef[] {
  const { revision, lists } = fileRevision(chunks, nodeSha256);
  const description = descriptionOf(revision);
  return [...lists.map(({ ref }) => ref), ...(description === null ? [] : [description.ref])];
}
