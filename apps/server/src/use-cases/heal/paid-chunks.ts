import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { ChunkId, LibraryId } from '@tidesync/shared/ids';
import { isPaid } from '../../domain/heal-places.ts';
import type { Reads } from '../../ports/store.ts';

/** Of chunks that are to be sent, those that were lost and that the owner pays for still. Mostly none is asked for. */
export async function paidChunks(
  { heal }: Pick<Reads, 'heal'>,
  libraryId: LibraryId,
  chunks: readonly ChunkRef[],
): Promise<ReadonlySet<ChunkId>> {
  if (chunks.length === 0 || !(await heal.wantsAny(libraryId))) return new Set();
  const lost = await heal.lostAmong(
    libraryId,
    chunks.map((chunk) => chunk.id),
  );
  const ofChunk = Map.groupBy(await heal.placesOf(libraryId, [...lost]), (place) => place.chunkId);
  const paid = chunks.filter(({ id, sizeBytes }) => lost.has(id) && isPaid(sizeBytes, ofChunk.get(id) ?? []));
  return new Set(paid.map((chunk) => chunk.id));
}
