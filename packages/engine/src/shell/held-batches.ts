import type { EntryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { HeldBatch } from '@tidesync/shared/wire/engine';
import { engineLimits } from '../core/engine-limits.ts';
import { LOCAL_ABSENT } from '../core/entry.ts';
import type { WantedDeletes } from '../core/mass-delete.ts';
import { judgeDeletes } from '../core/mass-delete.ts';
import { shownPathOf } from '../core/path-of.ts';
import { rememberingTrees } from '../core/remembering-trees.ts';
import type { Trees } from '../core/trees.ts';
import { isDiskError } from '../ports/disk.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { deletesKnown, newBatchId } from './batch-book.ts';
import type { EngineParts } from './engine-parts.ts';
import { loadIgnoreRules, maskOf, selectionOf } from './round.ts';
import type { SyncRoot } from './sync-root.ts';

type Parts = Pick<EngineParts, 'clock' | 'random' | 'sha256' | 'openDisk'>;
interface Root {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly running: SyncRoot | null;
}
interface Found {
  readonly root: Root;
  readonly batch: HeldBatch;
  readonly ids: WantedDeletes['ids'];
}

/** Deletes that wait for a yes, also of folders that nothing works on now: they follow from the trees. */
export async function heldBatches(parts: Parts, roots: Iterable<Root>): Promise<HeldBatch[]> {
  return (await findAll(parts, roots)).map(({ batch }) => batch);
}

/** One of them, with paths. Errors: `batchMissing`, also where what it holds has changed. */
export async function showHeldBatch(
  parts: Parts,
  roots: Iterable<Root>,
  batchId: string,
): Promise<HeldBatch & { paths: string[] }> {
  const { root, batch, ids } = await findOne(parts, roots, batchId);
  const { journal } = root;
  const paths = ids.map((id) => {
    const path = shownPathOf(journal, id);
    return journal.get(id).base?.body.kind === 'folder' ? `${path}/` : path;
  });
  return { ...batch, paths: paths.sort().slice(0, engineLimits.heldPathsShownMax) };
}

/** The person's yes to exactly these deletes, which then leave as one batch. Errors: `batchMissing`. */
export async function approveHeldBatch(
  parts: Parts,
  roots: Iterable<Root>,
  batchId: string,
): Promise<HeldBatch> {
  const { root, batch, ids } = await findOne(parts, roots, batchId);
  const { journal, running } = root;
  const sentAs = newBatchId(parts.random);
  journal.transaction(() => {
    for (const id of ids) {
      const { remote } = journal.get(id);
      if (remote.is === 'present') journal.approveDelete(id, { ...remote.versions, batchId: sentAs });
    }
    journal.forgetSentDeletes();
  });
  running?.ring();
  return batch;
}

/** The person's no: what is gone here counts as never having been here, so it comes back. Errors: `batchMissing`. */
export async function undoHeldBatch(
  parts: Parts,
  roots: Iterable<Root>,
  batchId: string,
): Promise<HeldBatch> {
  const { root, batch, ids } = await findOne(parts, roots, batchId);
  const { journal, running } = root;
  journal.transaction(() => {
    for (const id of ids) journal.set(id, { ...journal.get(id), base: null, local: LOCAL_ABSENT });
    forgetSentLocals(journal, new Set(ids));
  });
  running?.ring();
  return batch;
}

/** An answer that is not heard yet would agree on what these were when it was sent, and they would be gone again. */
function forgetSentLocals(journal: RootJournal, ids: ReadonlySet<EntryId>): void {
  const sent = journal.sent();
  if (sent === null) return;
  const ops = sent.ops.map((one) => (ids.has(one.op.entryId) ? { ...one, local: LOCAL_ABSENT } : one));
  journal.setSent({ ...sent, ops });
}

async function findOne(parts: Parts, roots: Iterable<Root>, batchId: string): Promise<Found> {
  const all = await findAll(parts, roots);
  return (
    all.find(({ batch }) => batch.batchId === batchId) ?? fail({ reason: 'batchMissing', batch: batchId })
  );
}

/** Whoever uses it must not wait before: the trees it was found in may be others then. */
async function findAll(parts: Parts, roots: Iterable<Root>): Promise<Found[]> {
  const looked = [];
  for (const root of roots) {
    const ignore = root.running?.ignore ?? (await ignoreRulesOf(parts, root.record));
    if (ignore !== null) looked.push({ root, ignore });
  }
  return looked.flatMap(({ root, ignore }): Found[] => {
    const { record, journal, running } = root;
    const trees = rememberingTrees(journal);
    const isMasked = maskOf(trees, ignore);
    const { isExcluded } = selectionOf(journal, trees);
    const staysAway = (id: EntryId) => isMasked(id) || isExcluded(id);
    const seen = { isMasked: staysAway, quietMs: Number.POSITIVE_INFINITY };
    const verdict = judgeDeletes(trees, deletesKnown({ journal, clock: parts.clock }, seen));
    if (verdict.is !== 'held' || !verdict.isProved) return [];
    const { ids, files } = verdict;
    const { rootId, path, libraryId, libraryName } = record;
    const batch = {
      batchId: nameOf(parts, trees, ids),
      ...{ rootId, path, libraryId, libraryName },
      sinceMs: running?.batches.heldSinceMs ?? null,
      files,
      folders: ids.length - files,
    };
    return [{ root, batch, ids }];
  });
}

/** Null where the folder is not there: nothing is concluded from its trees then. */
async function ignoreRulesOf({ openDisk }: Parts, { path }: RootRecord) {
  try {
    return (await loadIgnoreRules({ disk: openDisk(path) })).rules;
  } catch (error) {
    if (isDiskError(error)) return null;
    throw error;
  }
}

function nameOf({ sha256 }: Parts, trees: Trees, ids: WantedDeletes['ids']): string {
  const lines = [...ids].sort().map((id) => {
    const { remote } = trees.get(id);
    return remote.is === 'absent' ? id : `${id} ${remote.versions.contentSeq} ${remote.versions.placeSeq}`;
  });
  return `held-${sha256(new TextEncoder().encode(lines.join('\n'))).slice(0, 8)}`;
}
