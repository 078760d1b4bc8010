import type { Revision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { SyncServer } from '../ports/server.ts';
import type { RootParts } from './root-parts.ts';
import { resolveRevisions } from './transfer/resolve-revisions.ts';

/**
 * Which of these contents the server cannot give: it does not know them, or has no place for one of their chunks. Of a
 * long content that this device has not read itself, the lists of chunks are asked for and not what they name.
 * Rejects with Failure.
 */
export async function missingContents(
  { server, sha256, journal, record: { libraryId } }: RootParts,
  contentIds: ReadonlySet<ContentId>,
): Promise<Set<ContentId>> {
  const revisions = await resolveRevisions({ server, sha256, libraryId }, contentIds);
  const chunksOf = (revision: Revision): readonly ChunkId[] => {
    const { contentId, depth, refs } = revision;
    const inLists = depth === 0 ? [] : (journal.chunksOf(contentId) ?? []);
    return [...refs, ...inLists].map(({ id }) => id);
  };
  const placed = await placedOf(server, libraryId, [...new Set([...revisions.values()].flatMap(chunksOf))]);
  const isWhole = (contentId: ContentId) => {
    const revision = revisions.get(contentId);
    return revision !== undefined && chunksOf(revision).every((id) => placed.has(id));
  };
  return new Set([...contentIds].filter((contentId) => !isWhole(contentId)));
}

async function placedOf(
  server: SyncServer,
  libraryId: LibraryId,
  chunkIds: readonly ChunkId[],
): Promise<Set<ChunkId>> {
  const placed = new Set<ChunkId>();
  for (let at = 0; at < chunkIds.length; at += limits.chunksPerLocateCallMax) {
    const page = chunkIds.slice(at, at + limits.chunksPerLocateCallMax);
    for (const { chunkId } of await server.locate(libraryId, page)) placed.add(chunkId);
  }
  return placed;
}
