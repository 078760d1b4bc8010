import type { BatchId, ContentId, EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { ProblemClass } from '@tidesync/shared/problem-definition';
import type { Problem } from '@tidesync/shared/problems';
import { classOf, isFailure } from '@tidesync/shared/problems';
import { cursorAt } from '@tidesync/shared/wire/entries';
import type { CommitOutput, Op, OpResult } from '@tidesync/shared/wire/sync';
import { agreeOn, localAsSaid } from '../core/agree.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { LocalState } from '../core/entry.ts';
import { LOCAL_ABSENT } from '../core/entry.ts';
import type { SentCommit } from '../ports/journal.ts';
import { bringBackAnswered, youngNow } from './power-losses.ts';
import { remoteStateOf, setRemote } from './pull.ts';
import type { RootParts } from './root-parts.ts';
import { newOpId } from './root-parts.ts';

/** What became of one operation, for the activity list and for holding back what lost. */
export interface Pushed {
  readonly op: Op;
  /** `refused`: the server will not take this operation whatever else is in the commit. */
  readonly result: OpResult | { readonly result: 'refused'; readonly problem: Problem };
}

/** The content that an operation names; null: none. */
export function contentOf(op: Op): ContentId | null {
  if (op.op === 'write') return op.contentId;
  return op.op === 'create' && op.body.kind === 'file' ? op.body.contentId : null;
}

/**
 * Sends operations as commits, one after another. Each is written down before it leaves, so that a lost answer
 * is *unknown*, never *failed*: `resolveSent` finds out before anything else is planned.
 * Rejects with Failure; then at most the last commit is unresolved.
 */
export async function push(
  parts: RootParts,
  ops: readonly Op[],
  batchOf: (op: Op) => BatchId,
): Promise<Pushed[]> {
  const pushed: Pushed[] = [];
  for (const part of cutInParts(ops, batchOf)) pushed.push(...(await pushPart(parts, part)));
  return pushed;
}

/** Operations of one commit. */
interface Part {
  readonly batchId: BatchId;
  readonly ops: readonly Op[];
}

/** In their order, because later operations rely on earlier ones: a batch may be cut by another. */
function cutInParts(ops: readonly Op[], batchOf: (op: Op) => BatchId): Part[] {
  const parts: { batchId: BatchId; ops: Op[] }[] = [];
  for (const op of ops) {
    const batchId = batchOf(op);
    const last = parts.at(-1);
    const fits = last?.batchId === batchId && last.ops.length < limits.opsPerCommitMax;
    if (last !== undefined && fits) last.ops.push(op);
    else parts.push({ batchId, ops: [op] });
  }
  return parts;
}

/** What these are about, its person may have done just now: a power cut can take it from the disk. */
const MAKING = new Set<Op['op']>(['create', 'write', 'move', 'retarget']);

/** One commit; if something in it is refused, its halves, down to the operation that is to blame. */
async function pushPart(parts: RootParts, { batchId, ops }: Part): Promise<Pushed[]> {
  const sent: SentCommit = {
    opId: newOpId(parts.random),
    batchId,
    ops: ops.map((op) => ({ op, local: parts.journal.get(op.entryId).local })),
  };
  const young = ops.filter(({ op }) => MAKING.has(op)).map(({ entryId }) => entryId);
  parts.journal.setSent(sent, youngNow(parts, young));
  try {
    return await finish(parts, sent);
  } catch (error) {
    if (!isFailure(error) || classOf(error.problem) !== 'INVALID_ARGUMENT') throw error;
    const { problem } = error;
    if (ops.length === 1) return ops.map((op) => ({ op, result: { result: 'refused', problem } }));
    const half = Math.ceil(ops.length / 2);
    return [
      ...(await pushPart(parts, { batchId, ops: ops.slice(0, half) })),
      ...(await pushPart(parts, { batchId, ops: ops.slice(half) })),
    ];
  }
}

/**
 * A commit whose answer never came is sent again as it was: an applied opId returns its stored result, one that
 * never arrived is applied now, and its base versions protect whatever has happened since.
 */
export async function resolveSent(parts: RootParts): Promise<Pushed[]> {
  const sent = parts.journal.sent();
  return sent === null ? [] : finish(parts, sent);
}

async function finish(parts: RootParts, sent: SentCommit): Promise<Pushed[]> {
  const ops = sent.ops.map(({ op }) => op);
  let output: CommitOutput;
  try {
    const { libraryId } = parts.record;
    const batch = sent.batchId === null ? {} : { batchId: sent.batchId };
    const point = parts.journal.answered() ?? parts.journal.cursor();
    const after = point === null ? {} : { after: point };
    output = await parts.server.commit({ libraryId, opId: sent.opId, ...batch, ...after, ops });
  } catch (error) {
    if (isDefinite(error)) parts.journal.setSent(null);
    throw error;
  }
  parts.journal.transaction(() => {
    // Not as it was when it left: a person's no may have come meanwhile (S31).
    const { ops: said } = parts.journal.sent() ?? sent;
    said.forEach(({ op, local }, index) => {
      const result = output.results[index];
      if (result !== undefined) record(parts, { op, local, result });
    });
    bringBackAnswered(
      parts,
      ops.map(({ entryId }) => entryId),
    );
    const { headSeq: seq, chain } = output;
    parts.journal.setAnswered(cursorAt({ libraryId: parts.record.libraryId, seq, chain }));
    noteDeletes(parts, ops, output.results);
    parts.journal.setSent(null);
  });
  return ops.flatMap((op, index) => {
    const result = output.results[index];
    return result === undefined ? [] : [{ op, result }];
  });
}

/** A yes is used up by the delete that it let through; what left without one counts for the next judgement. */
function noteDeletes({ journal, clock }: RootParts, ops: readonly Op[], results: readonly OpResult[]): void {
  let files = 0;
  for (const [index, op] of ops.entries()) {
    const result = results[index];
    if (op.op !== 'delete' || result?.result !== 'applied') continue;
    const approval = journal.approvalOf(op.entryId);
    const isApproved = approval?.contentSeq === op.baseContentSeq && approval.placeSeq === op.basePlaceSeq;
    if (approval !== null) journal.dropApproval(op.entryId);
    if (!isApproved && result.state.kind !== 'folder') files++;
  }
  const atMs = clock.nowMs();
  if (files > 0)
    journal.addSentDeletes({ files, atMs, forgetUntilMs: atMs - engineLimits.massDeleteWindowMs });
}

const DEFINITE = new Set<ProblemClass>([
  'INVALID_ARGUMENT',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
]);

/** A refusal: the server answered, and this opId was not and will not be applied. */
function isDefinite(error: unknown): boolean {
  return isFailure(error) && DEFINITE.has(classOf(error.problem));
}

interface Outcome {
  readonly op: Op;
  /** The local state the operation came from: that, and not what is there now, is what the server agreed to. */
  readonly local: LocalState;
  readonly result: OpResult;
}

function record(parts: RootParts, { op, local, result }: Outcome): void {
  const { journal } = parts;
  if (result.result === 'conflict') {
    if (result.current !== null) setRemote(parts, result.current);
    return;
  }
  if (result.result === 'adopted') {
    setRemote(parts, result.state); // the next plan finds it under the same name and rebinds
    return;
  }
  const id: EntryId = op.entryId;
  const triple = journal.get(id);
  const remote = remoteStateOf(result.state);
  if (remote.is === 'absent') {
    const gone = triple.local.is === 'absent' ? LOCAL_ABSENT : triple.local;
    journal.set(id, { base: null, local: gone, remote });
  } else {
    const base = local.is === 'present' ? agreeOn(triple.base, localAsSaid(op, local), remote) : triple.base;
    // What was gone before it was known to be synced was never looked for again (S15).
    const isUnseen = triple.base === null && base !== null && triple.local.is === 'absent';
    journal.set(id, { base, local: isUnseen ? { is: 'absent', confirmed: false } : triple.local, remote });
  }
}
