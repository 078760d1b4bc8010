import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type {
  FileVersion,
  Retention,
  VersionsPage,
  versionsListInput,
} from '@tidesync/shared/wire/retention';
import type { z } from 'zod';
import { pathOf } from '../../domain/entry-path.ts';
import type { MadeVersion } from '../../domain/file-versions.ts';
import { VersionWalk } from '../../domain/file-versions.ts';
import { expiryOf, retentionOf } from '../../domain/retention.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads } from '../../ports/store.ts';
import type { HistoryRow } from '../../ports/store-batches.ts';
import type { Maker } from '../../ports/store-versions.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';

const CHANGES_PER_LOOK = 500;

/**
 * The contents that a file has and had, the latest first, as far back as they are kept. Content that comes twice in a
 * row, as a restore leaves it, is listed once.
 * Errors: `entryMissing` for what is no file or not in the trash any more, `libraryMissing`.
 */
export async function listVersions(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'policy'>,
  caller: Caller,
  { libraryId, entryId, beforeSeq, limit }: z.infer<typeof versionsListInput>,
): Promise<VersionsPage> {
  const { read } = ports.store;
  await requireRole(read, caller, { libraryId, role: 'viewer' });
  const library =
    (await read.libraries.byId(libraryId)) ?? fail({ reason: 'libraryMissing', library: libraryId });
  const states = await loadWithAncestors(read, libraryId, [entryId]);
  const entry = states.get(entryId);
  if (entry?.kind !== 'file') fail({ reason: 'entryMissing', entry: entryId });
  const trashEndedSeq = library.trashEndedSeq ?? 0;
  // A delete is the latest change of the content of what is in the trash.
  if (entry.deleted && entry.contentSeq <= trashEndedSeq) fail({ reason: 'entryMissing', entry: entryId });
  const found = await versionsBefore(read, { libraryId, entryId, beforeSeq, limit: limit + 1 });
  const page = found.slice(0, limit);
  const keeping: Keeping = {
    retention: retentionOf(library, ports.policy.retention),
    versionsEndedSeq: library.versionsEndedSeq ?? 0,
    nowMs: ports.clock.nowMs(),
    entry,
    makers: await makersOf(read, libraryId, page),
  };
  const known = await knownOf(read, libraryId, page);
  const versions = page.map((version) => (known(version) ? viewOf(version, keeping) : null));
  const firstOver = versions.indexOf(null);
  const kept = firstOver < 0 ? versions : versions.slice(0, firstOver);
  const last = page.at(-1);
  return {
    path: pathOf(entry, states),
    versions: kept.flatMap((version) => version ?? []),
    nextBeforeSeq: firstOver < 0 && found.length > limit && last ? last.made.seq : null,
  };
}

interface HistoryPlace {
  readonly libraryId: LibraryId;
  readonly entryId: EntryId;
  readonly beforeSeq: number | null;
  readonly limit: number;
}

async function versionsBefore(reads: Reads, place: HistoryPlace): Promise<MadeVersion[]> {
  const { libraryId, beforeSeq, limit } = place;
  const next = beforeSeq === null ? null : await reads.versions.changeAt(libraryId, beforeSeq);
  const walk = new VersionWalk(next);
  const found: MadeVersion[] = [];
  let later = next?.state ?? null;
  for await (const row of changesBefore(reads, place)) {
    const version = walk.take(row);
    if (version === null) continue;
    if (!isSameContent(later, row.state)) found.push(version);
    later = row.state;
    if (found.length === limit) break;
  }
  return found;
}

async function* changesBefore(reads: Reads, place: HistoryPlace): AsyncGenerator<HistoryRow> {
  const { libraryId, entryId } = place;
  let beforeSeq = place.beforeSeq ?? Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = { libraryId, entryId, beforeSeq, limit: CHANGES_PER_LOOK };
    const rows = await reads.versions.changesBefore(page);
    yield* rows;
    if (rows.length < CHANGES_PER_LOOK) return;
    beforeSeq = rows.at(-1)?.seq ?? 0;
  }
}

function isSameContent(a: EntryState | null, b: EntryState): boolean {
  return a?.kind === 'file' && b.kind === 'file' && a.contentId === b.contentId;
}

/** What an entry was before it was gone from the trash, and came back under its id, is not kept. */
async function knownOf(
  reads: Reads,
  libraryId: LibraryId,
  page: readonly MadeVersion[],
): Promise<(version: MadeVersion) => boolean> {
  const contentOf = ({ made: { state } }: MadeVersion) => (state.kind === 'file' ? [state.contentId] : []);
  const known = await reads.content.knownContents(libraryId, [...new Set(page.flatMap(contentOf))]);
  return (version) => contentOf(version).every((contentId) => known.has(contentId));
}

function makersOf(
  reads: Reads,
  libraryId: LibraryId,
  page: readonly MadeVersion[],
): Promise<ReadonlyMap<number, Maker>> {
  const firstSeqs = page.flatMap(({ made, ended }) => [made.firstSeq, ended?.firstSeq ?? []].flat());
  return reads.versions.makersOf(libraryId, firstSeqs);
}

interface Keeping {
  readonly retention: Retention;
  readonly versionsEndedSeq: number;
  readonly nowMs: number;
  readonly entry: EntryState;
  readonly makers: ReadonlyMap<number, Maker>;
}

/** Null for one that is not kept any more. */
function viewOf({ made, ended }: MadeVersion, keeping: Keeping): FileVersion | null {
  const { retention, makers, entry } = keeping;
  const { seq, firstSeq, state } = made;
  const maker = makers.get(firstSeq);
  if (state.kind !== 'file' || maker === undefined) return null;
  const { contentId, sizeBytes, mtimeMs } = state;
  const shown = { seq, contentId, sizeBytes, mtimeMs, ...maker };
  if (ended === null) return { ...shown, is: 'current', endedAtMs: null, expiresAtMs: null };
  const endedAtMs = makers.get(ended.firstSeq)?.atMs ?? maker.atMs;
  const is = entry.deleted && entry.contentSeq === ended.seq ? 'trash' : 'version';
  const expiresAtMs = expiryOf(endedAtMs, is === 'trash' ? retention.trash : retention.versions);
  const isOver = expiresAtMs !== null && expiresAtMs <= keeping.nowMs;
  if (isOver || (is === 'version' && ended.seq <= keeping.versionsEndedSeq)) return null;
  return { ...shown, is, endedAtMs, expiresAtMs };
}
