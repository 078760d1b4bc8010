import type { Revision } from '@tidesync/shared/chunk-list';
import { decodeRefs, descriptionOf } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, LibraryId } from '@tidesync/shared/ids';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { LostChunk } from '../../ports/store-heal.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { sha256Hex } from '../sha256-hex.ts';

export interface Needs {
  readonly lost: readonly LostChunk[];
  /** Chunks that the database itself has the bytes of: lists and descriptions of contents. */
  readonly rebuilt: ReadonlyMap<ChunkId, Uint8Array>;
}

/**
 * Which contents of a library need these chunks: one walk over all that is recorded of contents. What cannot be read
 * there is passed over; checks tell of it. Errors: `databaseUnavailable`.
 */
export async function whoNeeds(
  { store }: Pick<ServerPorts, 'store'>,
  libraryId: LibraryId,
  chunkIds: ReadonlySet<ChunkId>,
): Promise<Needs> {
  const { rows } = store.read;
  const search = new NeedSearch(chunkIds);
  for await (const page of pagesOf(rows, { table: 'chunkLists', libraryId }, null)) {
    for (const row of page) search.seeList(row);
  }
  for await (const page of pagesOf(rows, { table: 'revisions', libraryId }, null)) {
    for (const row of page) search.seeRevision(row);
  }
  const lost = [...search.needed, ...search.unnamed()].flatMap(([contentId, ids]) =>
    [...ids].map((chunkId) => ({ libraryId, contentId, chunkId })),
  );
  return { lost, rebuilt: search.rebuilt };
}

/** Lists before revisions: what is in a list is needed by whoever names the list. */
class NeedSearch {
  readonly #chunkIds: ReadonlySet<ChunkId>;
  readonly #inLists = new Map<ChunkId, readonly ChunkId[]>();
  readonly #named = new Set<ChunkId>();
  readonly rebuilt = new Map<ChunkId, Uint8Array>();
  readonly needed = new Map<ContentId, ReadonlySet<ChunkId>>();

  constructor(chunkIds: ReadonlySet<ChunkId>) {
    this.#chunkIds = chunkIds;
  }

  seeList(row: TransferRow): void {
    const listId = row.listId as ChunkId;
    this.#rebuild(listId, row.refs as Uint8Array);
    const named = lostIn(row, this.#chunkIds);
    if (named.length > 0) this.#inLists.set(listId, named);
  }

  seeRevision(row: TransferRow): void {
    const revision = revisionOf(row);
    if (revision === null) return;
    const description = descriptionOf(revision);
    if (description !== null) this.#rebuild(description.ref.id, description.bytes);
    const below = revision.depth === 0 ? [] : revision.refs.flatMap(({ id }) => this.#inLists.get(id) ?? []);
    if (revision.depth === 1) for (const { id } of revision.refs) this.#named.add(id);
    const lost = [...lostIn(row, this.#chunkIds), ...below].filter((id) => !this.rebuilt.has(id));
    if (lost.length > 0) this.needed.set(revision.contentId, new Set(lost));
  }

  /**
   * Lists that no content names yet: a large file is on its way, and whoever stages it relies on all that they name.
   * They stand for that content, which has no id before.
   */
  unnamed(): [ContentId, readonly ChunkId[]][] {
    const open = [...this.#inLists].filter(([listId]) => !this.#named.has(listId));
    return open.map(([listId, ids]) => [listId as string as ContentId, ids]);
  }

  #rebuild(id: ChunkId, bytes: Uint8Array): void {
    if (this.#chunkIds.has(id) && sha256Hex(bytes) === id) this.rebuilt.set(id, bytes);
  }
}

function lostIn(row: TransferRow, chunkIds: ReadonlySet<ChunkId>): ChunkId[] {
  const refs = decodeRefs(row.refs as Uint8Array) ?? [];
  return refs.flatMap(({ id }) => (chunkIds.has(id) ? [id] : []));
}

/** Null for a list that cannot be read. */
function revisionOf(row: TransferRow): Revision | null {
  const { contentId, sizeBytes, depth } = row as unknown as Revision;
  const bytes = row.refs as Uint8Array;
  const refs = bytes.length === 0 ? [] : decodeRefs(bytes);
  return refs === null ? null : { contentId, sizeBytes, depth, refs };
}
