import { assert } from '@tidesync/shared/brand';
import type { ContentId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { CommitInput, CommitOutput, Op } from '@tidesync/shared/wire/sync';
import { applyOps, contentsNamed } from '../../domain/apply-ops.ts';
import { parseCursor } from '../../domain/cursors.ts';
import type { LibraryView } from '../../domain/library-view.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requirePoint } from '../changes/require-point.ts';
import { requireRole } from '../require-role.ts';
import { appendChanges } from './append-changes.ts';
import { loadSurroundings } from './load-surroundings.ts';
import { recallAnswer, requestOf } from './recall-answer.ts';

/**
 * Applies a device's operations in their order, in one transaction; those that lost come back as conflicts, the
 * others go through. The same operation id with the same operations gives the first answer again.
 * Errors: `revisionMissing` for a content this account has not staged (nothing is applied then), `opIdReused`,
 *         `cursorDiverged` where `after` is no point of the history,
 *         `commitTooLarge`, `invalidName`, `fileTooLarge`, `fileTypeRefused`, `libraryMissing`, `notAllowed`.
 */
export async function commitOps(
  ports: Pick<ServerPorts, 'store' | 'clock' | 'doorbells' | 'policy'>,
  caller: Caller,
  { libraryId, opId, batchId, after, ops }: CommitInput,
): Promise<CommitOutput> {
  if (ops.length > limits.opsPerCommitMax) fail({ reason: 'commitTooLarge', opsMax: limits.opsPerCommitMax });
  const request = requestOf('commit', { libraryId, opId, payload: ops });
  const atMs = ports.clock.nowMs();
  const { output, isNews } = await ports.store.transact(
    async (tx) => {
      // Before the role is looked at: whoever is removed while this waits for the library's turn commits nothing.
      const head = await tx.tree.lockHead(libraryId);
      if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
      await requireRole(tx, caller, { libraryId, role: 'editor' });
      const known = await recallAnswer(tx, caller, request);
      if (known !== null) return { output: outputOf(known), isNews: known.results.some(isApplied) };
      if (after !== undefined) await requirePoint(tx, libraryId, parseCursor(after));
      const view = await loadSurroundings(tx, libraryId, ops);
      const sizes = await requireStaged(tx, { libraryId, accountId: caller.accountId, view }, ops);
      const firstSeq = head.headSeq + 1;
      const { results, changes } = applyOps(view, ops, {
        firstSeq,
        sizeOf: sizeIn(sizes),
        files: ports.policy.files,
      });
      const headAfter = await appendChanges(tx, { libraryId, caller, opId, batchId, head, atMs }, changes);
      const answer = { ...request, ...headAfter, results };
      await tx.tree.remember({ ...answer, deviceId: caller.deviceId, firstSeq, atMs });
      return { output: outputOf(answer), isNews: changes.length > 0 };
    },
    { repeatable: true },
  );
  if (isNews) ports.doorbells.ring({ libraryId, headSeq: output.headSeq });
  return output;
}

export function outputOf({ headSeq, chain, results }: CommitOutput | RememberedOutput): CommitOutput {
  return { headSeq, chain, results: [...results] };
}
type RememberedOutput = Omit<CommitOutput, 'results'> & {
  readonly results: readonly CommitOutput['results'][number][];
};

const isApplied = ({ result }: CommitOutput['results'][number]) => result === 'applied';

function sizeIn(sizes: ReadonlyMap<ContentId, number>): (contentId: ContentId) => number {
  return (contentId) => {
    const sizeBytes = sizes.get(contentId);
    assert(sizeBytes !== undefined, 'every content an operation names was looked up');
    return sizeBytes;
  };
}

interface Staging {
  readonly libraryId: CommitInput['libraryId'];
  readonly accountId: Caller['accountId'];
  readonly view: LibraryView;
}

/** Sizes of all contents the operations name. An entry may keep what it has, and get it back while it is kept. */
async function requireStaged(
  tx: Writes,
  { libraryId, accountId, view }: Staging,
  ops: readonly Op[],
): Promise<Map<ContentId, number>> {
  const sizes = new Map(await tx.content.stagedSizes({ libraryId, accountId }, contentsNamed(ops)));
  const deleted: ContentId[] = [];
  for (const op of ops) {
    const [contentId] = contentsNamed([op]);
    if (contentId === undefined || sizes.has(contentId)) continue;
    const own = view.entry(op.entryId);
    if (own?.kind !== 'file' || own.contentId !== contentId) fail({ reason: 'revisionMissing', contentId });
    if (own.deleted) deleted.push(contentId);
  }
  await requireKept(tx, libraryId, deleted);
  for (const op of ops) {
    const own = view.entry(op.entryId);
    if (own?.kind === 'file' && !sizes.has(own.contentId)) sizes.set(own.contentId, own.sizeBytes);
  }
  return sizes;
}

/** What was deleted long ago may not be kept any more: then its content has to come again. */
async function requireKept(
  tx: Writes,
  libraryId: CommitInput['libraryId'],
  contentIds: readonly ContentId[],
): Promise<void> {
  const kept = await tx.content.knownContents(libraryId, contentIds);
  for (const contentId of contentIds)
    if (!kept.has(contentId)) fail({ reason: 'revisionMissing', contentId });
}
