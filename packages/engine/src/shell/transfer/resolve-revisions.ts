import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import { contentIdInput, decodeRefs } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Sha256 } from '../../ports/environment.ts';
import type { DownloadServer } from './download-types.ts';
import type { ChunkFetcher, WantedChunk } from './fetch-chunks.ts';

interface ResolvePorts {
  readonly server: DownloadServer;
  readonly sha256: Sha256;
  readonly libraryId: LibraryId;
}

/**
 * Revisions by content id, each checked against its id. Content the server does not know, or lies about, is
 * left out.
 */
export async function resolveRevisions(
  { server, sha256, libraryId }: ResolvePorts,
  contentIds: Iterable<ContentId>,
): Promise<Map<ContentId, Revision>> {
  const found = new Map<ContentId, Revision>();
  const emptyContent = { sizeBytes: 0, depth: 0, refs: [] } as const;
  const emptyId = sha256(contentIdInput(emptyContent)) as ContentId;
  found.set(emptyId, { contentId: emptyId, ...emptyContent });
  let open = [...new Set(contentIds)].filter((id) => id !== emptyId);
  while (open.length > 0) {
    const page = open.slice(0, limits.revisionsPerStageCallMax);
    const answered = await server.revisions(libraryId, page);
    for (const revision of answered) {
      if (sha256(contentIdInput(revision)) === revision.contentId) found.set(revision.contentId, revision);
    }
    const heard = new Set(answered.map(({ contentId }) => contentId));
    const rest = page.filter((id) => !heard.has(id));
    // An answer may be cut to its size limit; one that names nothing we asked for says that there is no more.
    open = rest.length === page.length ? open.slice(page.length) : [...rest, ...open.slice(page.length)];
  }
  return found;
}

/**
 * The file's chunks in order: a long revision's lists are fetched and read. Null where that cannot be had, or
 * the sizes do not add up.
 */
export async function chunksOfRevision(
  revision: Revision,
  fetcher: ChunkFetcher,
  signal: AbortSignal,
): Promise<readonly ChunkRef[] | null> {
  const refs = revision.depth === 0 ? revision.refs : await readLists(revision.refs, fetcher, signal);
  const sizeBytes = refs?.reduce((sum, ref) => sum + ref.sizeBytes, 0);
  return sizeBytes === revision.sizeBytes ? refs : null;
}

async function readLists(
  lists: readonly ChunkRef[],
  fetcher: ChunkFetcher,
  signal: AbortSignal,
): Promise<ChunkRef[] | null> {
  const read = new Map<ChunkId, ChunkRef[] | null>();
  const wanted = new Map<ChunkId, WantedChunk>();
  for (const { id, sizeBytes } of lists) {
    const take = async (bytes: Uint8Array) => {
      read.set(id, decodeRefs(bytes));
    };
    wanted.set(id, { sizeBytes, take, missing: async () => undefined });
  }
  await fetcher.fetch(wanted, signal);
  const refs: ChunkRef[] = [];
  for (const { id } of lists) {
    const inList = read.get(id);
    if (!inList) return null;
    for (const ref of inList) refs.push(ref);
  }
  return refs;
}
