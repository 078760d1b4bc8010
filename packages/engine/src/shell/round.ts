import type { FilePolicy } from '@tidesync/shared/file-policy';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { IGNORE_FILE } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { agreeOn } from '../core/agree.ts';
import { engineLimits } from '../core/engine-limits.ts';
import { isAtRest, localEqualsBase, NOWHERE } from '../core/entry.ts';
import type { Selection } from '../core/excluded.ts';
import { excludedIn, leavingOf } from '../core/excluded.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { compileIgnoreRules } from '../core/ignore-rules.ts';
import { localEntryAt, localPathOf, remotePathOf, shownPathOf } from '../core/path-of.ts';
import type { LocalStep, Plan, PlanContext } from '../core/plan.ts';
import { isIdle } from '../core/plan.ts';
import { planRound } from '../core/plan-round.ts';
import { rememberingTrees } from '../core/remembering-trees.ts';
import type { Trees } from '../core/trees.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { ActivityKind, RootJournal } from '../ports/journal.ts';
import type { BatchBook } from './batch-book.ts';
import type { Jobs } from './jobs.ts';
import type { StepOutcome } from './local-steps.ts';
import { LocalSteps } from './local-steps.ts';
import { youngNow } from './power-losses.ts';
import type { Pushed } from './push.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf, newEntryId } from './root-parts.ts';
import type { TroubleBook } from './trouble-book.ts';

export interface PlanInput {
  readonly jobs: Jobs;
  readonly troubles: TroubleBook;
  readonly ignore: IgnoreRules;
  readonly unknown: ReadonlySet<EntryId>;
  readonly staged: ReadonlySet<string>;
  readonly mayWrite: boolean;
  readonly files: FilePolicy;
  readonly batches: BatchBook;
  /** How long nothing more was seen gone. */
  readonly quietMs: number;
}

/** A round with more steps than this is drawn in parts, so that no plan takes long. */
const STEPS_PER_PLAN = 3_000;

/** Draws the plan of this moment; merges by name are applied at once and the plan is drawn again. */
export function drawPlan(parts: OpenParts, input: PlanInput): Plan {
  for (let stepsMax = STEPS_PER_PLAN; ; ) {
    const trees = rememberingTrees(parts.journal);
    const plan = planRound(trees, { ...contextOf({ ...parts, trees }, input), stepsMax });
    if (plan.rebinds.length === 0 && isIdle(plan) && plan.isPart) stepsMax = Number.POSITIVE_INFINITY;
    else if (plan.rebinds.length === 0) {
      if (plan.excluded.length > 0) parts.journal.restExcluded(plan.excluded);
      return plan;
    }
    parts.journal.transaction(() => {
      for (const { from, to } of plan.rebinds) rebind(parts, from, to);
    });
  }
}

function rebind({ journal }: OpenParts, from: EntryId, to: EntryId): void {
  const { local } = journal.get(from);
  const { base, remote } = journal.get(to);
  journal.set(from, NOWHERE);
  journal.rename(from, to); // its children name the folder by its new id
  journal.set(to, { base, local, remote });
}

function contextOf(parts: OpenParts & { trees: Trees }, input: PlanInput): PlanContext {
  const { trees } = parts;
  const isMasked = maskOf(trees, input.ignore);
  const selection = selectionOf(parts.journal, trees);
  const { isExcluded } = selection;
  const staysAway = (id: EntryId) => isMasked(id) || isExcluded(id);
  input.batches.judge(trees, { isMasked: staysAway, quietMs: input.quietMs });
  // What may be a person's bytes under an old stamp stays until a person has decided.
  const doubtful = new Set(selection.folders.size === 0 ? [] : parts.journal.damages().map(({ id }) => id));
  return {
    mayWrite: input.mayWrite,
    files: input.files,
    label: labelOf(parts),
    rules: parts.rules,
    isStaged: (contentId) => input.staged.has(contentId),
    isFrozen: (id) =>
      input.jobs.isInWork(id) ||
      input.troubles.isResting(id) ||
      isUnknown(trees, input.unknown, id) ||
      (doubtful.has(id) && isExcluded(id)),
    isMasked,
    isExcluded,
    leaving: leavingOf(trees, selection, engineLimits.leavingPerPlanMax),
    mayDelete: (id) => input.batches.mayDelete(id),
    newEntryId: () => newEntryId(parts.random),
  };
}

/** What this device leaves out; for as long as nobody writes into the trees. */
export function selectionOf(journal: Pick<RootJournal, 'excludedFolders'>, trees: Trees): Selection {
  const folders = new Set(journal.excludedFolders());
  return { folders, isExcluded: excludedIn(trees, folders) };
}

/** Whether there is something left to do about an entry: for what is left out it is to leave, if it is here still. */
export function isOpen({ journal }: OpenParts, id: EntryId): boolean {
  const triple = journal.get(id);
  return selectionOf(journal, journal).isExcluded(id) ? triple.local.is === 'present' : !isAtRest(triple);
}

/** Whether ignore rules leave an entry out; for as long as nobody writes into the trees. */
export function maskOf(trees: Trees, ignore: IgnoreRules): (id: EntryId) => boolean {
  const masked = new Map<EntryId, boolean>();
  return (id) => {
    const known = masked.get(id);
    if (known !== undefined) return known;
    const { local, remote } = trees.get(id);
    const path = local.is === 'present' ? localPathOf(trees, id) : remotePathOf(trees, id);
    const body = local.is === 'present' ? local.body : remote.is === 'present' ? remote.body : null;
    const is = path !== null && body !== null && ignore.isIgnored(path, body.kind === 'folder');
    masked.set(id, is);
    return is;
  };
}

export function isUnknown(trees: Trees, unknown: ReadonlySet<EntryId>, id: EntryId): boolean {
  if (unknown.size === 0) return false;
  for (let at = id; at !== trees.topId; ) {
    if (unknown.has(at)) return true;
    const { local, base, remote } = trees.get(at);
    // What was never here is to be made in a folder of the server's, of which nothing is known here.
    const there = remote.is === 'present' ? remote.parentId : undefined;
    const parent = local.is === 'present' ? local.parentId : (base?.parentId ?? there);
    if (parent === undefined) return false;
    at = parent;
  }
  return unknown.has(trees.topId);
}

/** Base takes over what both sides have in common. */
export function recordAgreed(parts: OpenParts, ids: readonly EntryId[]): void {
  const { journal } = parts;
  const isOwn = (id: EntryId) => {
    const { base, local } = journal.get(id);
    return local.is === 'present' && (base === null || !localEqualsBase(local, base));
  };
  journal.transaction(() => {
    journal.noteYoung(youngNow(parts, ids.filter(isOwn)));
    for (const id of ids) {
      const { base, local, remote } = journal.get(id);
      const agreed = local.is === 'present' && remote.is === 'present' ? agreeOn(base, local, remote) : null;
      const gone = local.is === 'absent' && remote.is === 'absent';
      journal.set(id, gone ? NOWHERE : { base: agreed, local, remote });
    }
  });
}

export function heldByPath({ journal }: OpenParts, plan: Plan): Map<RelPath, PathTrouble> {
  return new Map(plan.held.map(({ id, trouble }) => [shownPathOf(journal, id), trouble]));
}

export interface StepsDone {
  readonly done: EntryId[];
  /** The disk was not as expected: nothing was done, and these folders have to be looked at again. */
  readonly movedUnderUs: { readonly id: EntryId; readonly folder: RelPath }[];
  readonly failed: { readonly id: EntryId; readonly path: RelPath; readonly trouble: PathTrouble }[];
  /** Folders that have another path now: what was hinted in them was hinted under the old one. */
  readonly moved: RelPath[];
}

export async function doLocalSteps(
  parts: OpenParts,
  input: { steps: readonly LocalStep[]; ignore: IgnoreRules; signal: AbortSignal },
): Promise<StepsDone> {
  const outcomes = await new LocalSteps(parts, input.ignore).run(input.steps, input.signal);
  const done: EntryId[] = [];
  const movedUnderUs: StepsDone['movedUnderUs'] = [];
  const failed: StepsDone['failed'] = [];
  const moved: RelPath[] = [];
  const atMs = parts.clock.nowMs();
  parts.journal.transaction(() => {
    for (const { step, outcome } of outcomes) note(step, outcome);
  });
  return { done, movedUnderUs, failed, moved };

  function note(step: LocalStep, outcome: StepOutcome): void {
    if (outcome.is === 'rescan') movedUnderUs.push({ id: step.id, folder: outcome.folder });
    if (outcome.is === 'done') done.push(step.id);
    const folder = outcome.is === 'done' && MOVES.has(step.do) ? folderAt(parts, step.id) : null;
    if (folder !== null) moved.push(folder);
    if (outcome.is === 'trouble') failed.push({ id: step.id, path: outcome.path, trouble: outcome.trouble });
    if (outcome.is === 'done' && outcome.activity !== null)
      parts.journal.addActivity({ atMs, ...outcome.activity });
  }
}

const MOVES = new Set<LocalStep['do']>(['move', 'park', 'setAside']);

/** Where the entry is here, if it is a folder. */
function folderAt({ journal }: OpenParts, id: EntryId): RelPath | null {
  const { local } = journal.get(id);
  return local.is === 'present' && local.body.kind === 'folder' ? localPathOf(journal, id) : null;
}

const pushedKinds: Record<Op['op'], ActivityKind | null> = {
  create: 'madeThere',
  write: 'uploaded',
  retarget: 'uploaded',
  move: 'movedThere',
  attributes: null,
  delete: 'deletedThere',
};

/** Notes what commits did; paths are as they were before (for deletes) or are now. */
export function notePushed(
  { journal, clock }: OpenParts,
  pushed: readonly (Pushed & { path: RelPath })[],
): void {
  const atMs = clock.nowMs();
  journal.transaction(() => {
    for (const { op, result, path } of pushed) {
      const file = op.op === 'create' && op.body.kind === 'file';
      const kind = file ? 'uploaded' : pushedKinds[op.op];
      if (result.result === 'applied' && kind !== null) journal.addActivity({ atMs, kind, path, detail: '' });
    }
  });
}

/** Reads the root's own ignore rules; `stamp` tells whether they are still the same. */
export async function loadIgnoreRules({
  disk,
}: Pick<OpenParts, 'disk'>): Promise<{ rules: IgnoreRules; stamp: string }> {
  const path = IGNORE_FILE as string as RelPath;
  const node = await disk.look(path);
  if (node === null || node.kind !== 'file') return { rules: compileIgnoreRules(''), stamp: 'none' };
  const handle = await disk.openForRead(path);
  try {
    const buffer = new Uint8Array(Math.min(node.stamp.sizeBytes, IGNORE_FILE_BYTES_MAX));
    const read = await handle.read(buffer, 0);
    const text = new TextDecoder().decode(buffer.subarray(0, read));
    return {
      rules: compileIgnoreRules(text),
      stamp: `${node.stamp.inode}/${node.stamp.mtimeNs}/${node.stamp.ctimeNs}`,
    };
  } finally {
    await handle.close();
  }
}

const IGNORE_FILE_BYTES_MAX = 1024 * 1024;

/** Conflicts whose copy is gone or has another name were dealt with by a person. */
export function forgetSolvedConflicts({ journal }: OpenParts): void {
  for (const { copyPath } of journal.conflicts()) {
    if (localEntryAt(journal, copyPath) === null) journal.dropConflict(copyPath);
  }
}

/** What the journal knows of a file's bytes does not hold, or their chunk list is lost: it has to be read once more. */
export function readAgain({ journal }: OpenParts, id: EntryId): void {
  const triple = journal.get(id);
  if (triple.local.is === 'absent' || triple.local.body.kind !== 'file') return;
  journal.set(id, { ...triple, local: { ...triple.local, body: { ...triple.local.body, contentId: null } } });
}
