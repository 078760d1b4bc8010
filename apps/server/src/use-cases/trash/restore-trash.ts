import { assert } from '@tidesync/shared/brand';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { BatchId, ContentId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { trashRestoreInput, trashRestoreOutput } from '@tidesync/shared/wire/sync';
import type { z } from 'zod';
import { applyOps } from '../../domain/apply-ops.ts';
import { pathOf } from '../../domain/entry-path.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Reads, Writes } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';
import { sha256Hex } from '../sha256-hex.ts';
import { appendChanges } from '../sync/append-changes.ts';
import { loadWithAncestors } from '../sync/load-surroundings.ts';
import type { Request } from '../sync/recall-answer.ts';
import { recallAnswer, requestOf } from '../sync/recall-answer.ts';
import { deletedWithin, isGone, planRestore } from './restored-entries.ts';

type RestoreInput = z.infer<typeof trashRestoreInput>;
type RestoreOutput = z.infer<typeof trashRestoreOutput>;
type RestorePorts = Pick<ServerPorts, 'store' | 'clock' | 'doorbells'>;

/**
 * Brings deleted entries back to where they were, folders with all that was deleted inside them. Where the folder
 * is gone, the nearest one above it that lives takes them; where the name is taken, they get another. Entries that
 * live are left alone. The same operation id with the same entries gives the first answer again.
 *
 * What is more than one commit holds comes back in parts, each in a transaction of its own. Parts are remembered
 * under ids that follow from the operation id, and the last one under the operation id itself. A call makes parts
 * for `limits.restoreCallMs` and then says that there is more: sent again, the restore goes on where it stopped.
 * Errors: `entryMissing`, `opIdReused`, `libraryMissing`, `notAllowed`.
 */
export async function restoreTrash(
  ports: RestorePorts,
  caller: Caller,
  input: RestoreInput,
): Promise<RestoreOutput> {
  const { read } = ports.store;
  const { libraryId } = input;
  await requireRole(read, caller, { libraryId, role: 'editor' });
  const untilMs = ports.clock.nowMs() + limits.restoreCallMs;
  for (let tries = 0; ; tries++) {
    const parts = await recallParts(read, caller, input);
    const isDone = parts.at(-1)?.isLast === true;
    // At least one try each call, so that whoever asks again and again gets to the end.
    if (isDone || (tries > 0 && ports.clock.nowMs() >= untilMs)) return outputOf(read, input, parts);
    const asked = await read.tree.entries(libraryId, input.entryIds);
    const known = new Set(asked.map((state) => state.entryId));
    for (const id of input.entryIds) if (!known.has(id)) fail({ reason: 'entryMissing', entry: id });
    await requireKept(read, libraryId, asked);
    const revived = parts.flatMap((part) => part.states.filter(isFolder).map((state) => state.entryId));
    const entryIds = await deletedWithin(read, libraryId, { asked, revived });
    await makeParts(ports, caller, { input, entryIds, partsDone: parts.length, untilMs });
  }
}

/** Errors: `entryMissing` for what is not in the trash any more. */
async function requireKept(reads: Reads, libraryId: LibraryId, asked: readonly EntryState[]): Promise<void> {
  const ended = (await reads.libraries.byId(libraryId))?.trashEndedSeq ?? 0;
  const gone = asked.find((state) => isGone(state, ended));
  if (gone !== undefined) fail({ reason: 'entryMissing', entry: gone.entryId });
}

const isFolder = ({ kind }: EntryState) => kind === 'folder';

/** One commit of a restore. */
interface Part {
  readonly isLast: boolean;
  readonly headSeq: number;
  readonly states: readonly EntryState[];
}

/** The parts that were made under this operation id, in their order. */
async function recallParts(reads: Reads, caller: Caller, input: RestoreInput): Promise<Part[]> {
  const parts: Part[] = [];
  const recall = async (request: Request, isLast: boolean) => {
    const answer = await recallAnswer(reads, caller, request);
    if (answer === null) return false;
    const states = answer.results.flatMap((one) => (one.result === 'applied' ? [one.state] : []));
    parts.push({ isLast, headSeq: answer.headSeq, states });
    return true;
  };
  const whole = wholeOf(input);
  while (await recall(partOf(whole, parts.length), false));
  await recall(whole, true);
  return parts;
}

function wholeOf({ libraryId, opId, entryIds }: RestoreInput): Request {
  return requestOf('restore', { libraryId, opId, payload: entryIds });
}

function partOf(whole: Request, index: number): Request {
  return { ...whole, opId: partOpId(whole.opId, index) };
}

/** A UUIDv8 (RFC 9562), so that it is none that a device draws. */
function partOpId(opId: OpId, index: number): OpId {
  const hex = sha256Hex(`restore ${opId} part ${index}`);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20, 32)].join('-') as OpId;
}

interface Remaining {
  readonly input: RestoreInput;
  /** Folders before what lies in them. */
  readonly entryIds: readonly EntryId[];
  readonly partsDone: number;
  readonly untilMs: number;
}

/** Makes the parts that remain while there is time, unless the same operation turns out to be made elsewhere too. */
async function makeParts(ports: RestorePorts, caller: Caller, remaining: Remaining): Promise<void> {
  const { input, entryIds, partsDone, untilMs } = remaining;
  const { libraryId } = input;
  const whole = wholeOf(input);
  for (let at = 0, index = partsDone; ; at += limits.opsPerCommitMax, index++) {
    const slice = entryIds.slice(at, at + limits.opsPerCommitMax);
    const isLast = at + slice.length === entryIds.length;
    const requests = { whole, part: partOf(whole, index) };
    const atMs = ports.clock.nowMs();
    const made = await ports.store.transact(
      (tx) => makePart(tx, caller, { libraryId, requests, isLast, entryIds: slice, atMs }),
      { repeatable: true },
    );
    if (made === 'madeElsewhere') return;
    if (made.isNews) ports.doorbells.ring({ libraryId, headSeq: made.headSeq });
    if (isLast || ports.clock.nowMs() >= untilMs) return;
  }
}

interface NewPart {
  readonly libraryId: RestoreInput['libraryId'];
  readonly requests: { readonly whole: Request; readonly part: Request };
  readonly isLast: boolean;
  readonly entryIds: readonly EntryId[];
  readonly atMs: number;
}

async function makePart(
  tx: Writes,
  caller: Caller,
  { libraryId, requests, isLast, entryIds, atMs }: NewPart,
): Promise<'madeElsewhere' | { readonly isNews: boolean; readonly headSeq: number }> {
  // Before the role is looked at: whoever is removed while this waits for the library's turn commits nothing.
  const head = await tx.tree.lockHead(libraryId);
  if (head === null) fail({ reason: 'libraryMissing', library: libraryId });
  await requireRole(tx, caller, { libraryId, role: 'editor' });
  for (const request of [requests.whole, requests.part]) {
    if ((await recallAnswer(tx, caller, request)) !== null) return 'madeElsewhere';
  }
  const request = isLast ? requests.whole : requests.part;
  const { view, ops } = await planRestore(tx, libraryId, entryIds);
  const sizes = new Map<ContentId, number>();
  for (const { entryId } of ops) {
    const state = view.entry(entryId);
    if (state?.kind === 'file') sizes.set(state.contentId, state.sizeBytes);
  }
  const sizeOf = (contentId: ContentId) => sizes.get(contentId) ?? 0;
  const firstSeq = head.headSeq + 1;
  // What the server had it may have again, whatever files it takes now.
  const { changes } = applyOps(view, ops, { firstSeq, sizeOf, files: OPEN_POLICY });
  assert(changes.length === ops.length, 'a restore was planned on what is there');
  // All parts of a restore are one batch.
  const batchId = requests.whole.opId as string as BatchId;
  const origin = { libraryId, caller, opId: request.opId, batchId, head, atMs };
  const after = await appendChanges(tx, origin, changes);
  const results = changes.map(({ state }) => ({ result: 'applied' as const, state }));
  await tx.tree.remember({ ...request, ...after, results, deviceId: caller.deviceId, firstSeq, atMs });
  return { isNews: changes.length > 0, headSeq: after.headSeq };
}

async function outputOf(
  reads: Reads,
  { libraryId }: RestoreInput,
  parts: readonly Part[],
): Promise<RestoreOutput> {
  const last = parts.at(-1);
  assert(last !== undefined, 'a call made a part, or found one');
  const states = parts.flatMap((part) => part.states);
  const listed = states.slice(0, limits.restoredListedMax);
  const folders = await loadWithAncestors(reads, libraryId, [...new Set(listed.map((one) => one.parentId))]);
  return {
    headSeq: last.headSeq,
    restored: listed.map((state) => ({ entryId: state.entryId, path: pathOf(state, folders) })),
    restoredCount: states.length,
    more: !last.isLast,
  };
}
