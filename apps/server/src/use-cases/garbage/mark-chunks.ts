import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import { decodeRefs, descriptionOf } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { ContentUse } from '../../ports/store-garbage.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import type { LibraryRun } from './library-run.ts';
import { Damaged, stepOf } from './library-run.ts';

/** Each may have some ten thousand bytes of references. */
const LONG_ROWS_PER_PAGE = 200;

/** Chunk ids from one on, below the other (null: to the end). */
export interface IdRange {
  readonly from: ChunkId;
  readonly below: ChunkId | null;
}
type Needed = Exclude<ContentUse, 'nothing'>;

/** The chunks of a range that something needs. */
export class MarkedChunks {
  readonly #range: IdRange;
  readonly #live = new Set<ChunkId>();
  readonly #history = new Set<ChunkId>();
  /** Something was marked that nothing refers to yet. */
  isWaiting = false;

  constructor(range: IdRange) {
    this.#range = range;
  }

  add(refs: readonly ChunkRef[], use: Needed): void {
    const { from, below } = this.#range;
    const marked = use === 'live' ? this.#live : this.#history;
    for (const { id } of refs) if (id >= from && (below === null || id < below)) marked.add(id);
  }

  useOf(id: ChunkId): ContentUse {
    if (this.#live.has(id)) return 'live';
    return this.#history.has(id) ? 'history' : 'nothing';
  }
}

/**
 * Goes through all that is recorded of contents and marks the chunks that it is made of. On the way it drops the
 * records of contents that nothing refers to, where `drops` says so: those of an upload that is under way stay. Every
 * record that is there from the beginning to the end of this is seen.
 * Errors: `Damaged` for a record that cannot be read, `Overtaken`, `Stopped`.
 */
export async function markChunks(
  run: LibraryRun,
  range: IdRange,
  { drops }: { readonly drops: boolean },
): Promise<MarkedChunks> {
  const marking: Marking = { marked: new MarkedChunks(range), listUses: new Map() };
  for await (const page of recordsOf(run, 'revisions')) {
    const uses = await usesOf(run, page);
    const dropped = await dropUnneeded(run, uses, { page, drops });
    for (const row of page) {
      const contentId = row.contentId as ContentId;
      // What nothing refers to yet is on its way to be committed.
      if (dropped.has(contentId)) continue;
      const use = uses.get(contentId);
      if (use === undefined) marking.marked.isWaiting = true;
      markRevision(marking, revisionOf(row), use ?? 'live');
    }
  }
  // Also of lists that no content names: whoever stages one by its id alone relies on all that it names.
  for await (const page of recordsOf(run, 'chunkLists')) {
    for (const row of page)
      marking.marked.add(refsOf(row), marking.listUses.get(row.listId as ChunkId) ?? 'history');
  }
  return marking.marked;
}

interface Marking {
  readonly marked: MarkedChunks;
  /** What the lists of long contents are needed for. */
  readonly listUses: Map<ChunkId, Needed>;
}

function markRevision({ marked, listUses }: Marking, revision: Revision, use: Needed): void {
  const { refs, depth } = revision;
  marked.add(refs, use);
  const description = descriptionOf(revision);
  if (description !== null) marked.add([description.ref], use);
  if (depth === 0) return;
  for (const { id } of refs) if (listUses.get(id) !== 'live') listUses.set(id, use);
}

async function* recordsOf(
  run: LibraryRun,
  table: 'revisions' | 'chunkLists',
): AsyncGenerator<readonly TransferRow[]> {
  const { rows } = run.ports.store.read;
  for (let after: TransferRow | null = null; ; ) {
    await run.proceed();
    const of = { table, libraryId: run.libraryId };
    const page: readonly TransferRow[] = await rows.page(of, { after, limit: LONG_ROWS_PER_PAGE });
    yield page;
    after = page.at(-1) ?? null;
    if (page.length < LONG_ROWS_PER_PAGE) return;
  }
}

function revisionOf(row: TransferRow): Revision {
  const { contentId, sizeBytes, depth } = row as unknown as Revision;
  return { contentId, sizeBytes, depth, refs: refsOf(row) };
}

function refsOf(row: TransferRow): readonly ChunkRef[] {
  const bytes = row.refs as Uint8Array;
  const refs = bytes.length === 0 ? [] : decodeRefs(bytes);
  if (refs === null) throw new Damaged();
  return refs;
}

async function usesOf(
  run: LibraryRun,
  page: readonly TransferRow[],
): Promise<ReadonlyMap<ContentId, Needed>> {
  const ids = [...new Set(page.map((row) => row.contentId as ContentId))];
  if (run.isOver || ids.length === 0) return new Map();
  return run.ports.store.read.garbage.usesOf(run.libraryId, ids, run.marks);
}

interface Dropping {
  readonly page: readonly TransferRow[];
  readonly drops: boolean;
}

/** The contents of the page that are not recorded any more. */
async function dropUnneeded(
  run: LibraryRun,
  uses: ReadonlyMap<ContentId, Needed>,
  { page, drops }: Dropping,
): Promise<ReadonlySet<ContentId>> {
  const youngMs = run.nowMs - limits.stagedLifeMs;
  const isOld = (row: TransferRow) => run.isOver || (row.atMs as number) < youngMs;
  const unneeded = page.filter((row) => !uses.has(row.contentId as ContentId) && isOld(row));
  const ids = [...new Set(unneeded.map((row) => row.contentId as ContentId))];
  if (ids.length === 0) return new Set();
  if (run.dryRun) {
    if (drops) run.tally.contentsDropped += ids.length;
    return new Set(ids);
  }
  if (!drops) return new Set();
  const gone = await stepOf(run, async (tx) => {
    // By now something may refer to them, or somebody has staged them anew.
    const used = run.isOver ? new Map() : await tx.garbage.usesOf(run.libraryId, ids, run.marks);
    const stagedAt = await tx.garbage.stagedAt(run.libraryId, ids);
    const still = ids.filter((id) => {
      const atMs = stagedAt.get(id);
      return !used.has(id) && atMs !== undefined && (run.isOver || atMs < youngMs);
    });
    await tx.garbage.dropContents(run.libraryId, still);
    return still;
  });
  run.tally.contentsDropped += gone.length;
  return new Set(gone);
}
