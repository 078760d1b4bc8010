import type { FilePolicy } from '@tidesync/shared/file-policy';
import { fileSizeFault, fileTypeFault } from '@tidesync/shared/file-policy';
import type { ContentId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { OWN_FOLDER } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ConflictReason, Op, OpBody, OpResult } from '@tidesync/shared/wire/sync';
import type { LibraryView, Place } from './library-view.ts';

/** What an operation needs beside the library. */
export interface OpContext {
  /** Its seq, should it be applied. */
  readonly seq: number;
  /** Sizes of staged contents. */
  readonly sizeOf: (contentId: ContentId) => number;
  readonly files: FilePolicy;
}

type OpOf<Kind extends Op['op']> = Extract<Op, { op: Kind }>;

/**
 * Judges one operation against the library as it stands, and says what it leaves of the entry. Changes nothing.
 * Errors: Failure `invalidName` for our own folder's name, `invalidInput` for a path that gets too deep,
 *         `fileTooLarge`, `fileTypeRefused`: the whole commit is refused, and the device sends the rest of it again.
 */
export function applyOp(view: LibraryView, op: Op, context: OpContext): OpResult {
  switch (op.op) {
    case 'create':
      return applyCreate(view, op, context);
    case 'write':
      return applyWrite(view, op, context);
    case 'retarget':
      return applyRetarget(view, op, context);
    case 'move':
      return applyMove(view, op, context);
    case 'attributes':
      return applyAttributes(view, op, context);
    case 'delete':
      return applyDelete(view, op, context);
  }
}

const applied = (state: EntryState): OpResult => ({ result: 'applied', state });
const conflict = (reason: ConflictReason, current: EntryState | null): OpResult => ({
  result: 'conflict',
  reason,
  current,
});

function applyCreate(view: LibraryView, op: OpOf<'create'>, context: OpContext): OpResult {
  const former = view.entry(op.entryId);
  if (view.isTop(op.entryId) || (former !== null && !former.deleted)) return conflict('exists', former);
  if (!view.isLiveFolder(op.parentId)) return conflict('parent', null);
  const occupant = view.occupant(op);
  if (occupant !== null) {
    const bothFolders = occupant.kind === 'folder' && op.body.kind === 'folder';
    return bothFolders ? { result: 'adopted', state: occupant } : conflict('nameTaken', occupant);
  }
  refuseUnusablePlace(view, op);
  const created = createdState(op, context);
  refuseFile(context.files, former, created);
  return applied(created);
}

function createdState(op: OpOf<'create'>, { seq, sizeOf }: OpContext): EntryState {
  const { entryId, parentId, name, mtimeMs } = op;
  const versions = { contentSeq: seq, placeSeq: seq, attributesSeq: seq };
  const common = { entryId, parentId, name, ...versions, deleted: false, mtimeMs };
  const body: OpBody = op.body;
  switch (body.kind) {
    case 'folder':
      return { kind: 'folder', ...common };
    case 'file':
      return { ...common, ...body, sizeBytes: sizeOf(body.contentId) };
    case 'symlink':
      return { ...common, ...body };
  }
}

function applyWrite(view: LibraryView, op: OpOf<'write'>, { seq, sizeOf, files }: OpContext): OpResult {
  const current = view.entry(op.entryId);
  if (current === null || current.deleted) return conflict('missing', current);
  if (current.kind !== 'file' || current.contentSeq !== op.baseContentSeq)
    return conflict('version', current);
  const { contentId, mtimeMs } = op;
  const written = { ...current, contentId, sizeBytes: sizeOf(contentId), mtimeMs, contentSeq: seq };
  if (contentId !== current.contentId) refuseFile(files, null, written);
  return applied(written);
}

function applyRetarget(view: LibraryView, op: OpOf<'retarget'>, { seq }: OpContext): OpResult {
  const current = view.entry(op.entryId);
  if (current === null || current.deleted) return conflict('missing', current);
  const same = current.kind === 'symlink' && current.contentSeq === op.baseContentSeq;
  if (!same) return conflict('version', current);
  return applied({ ...current, target: op.target, mtimeMs: op.mtimeMs, contentSeq: seq });
}

function applyMove(view: LibraryView, op: OpOf<'move'>, { seq, files }: OpContext): OpResult {
  const current = view.entry(op.entryId);
  if (current === null || current.deleted) return conflict('missing', current);
  if (current.placeSeq !== op.basePlaceSeq) return conflict('version', current);
  if (!view.isLiveFolder(op.parentId)) return conflict('parent', current);
  if (current.kind === 'folder' && view.lineage(op.parentId).includes(op.entryId)) {
    return conflict('cycle', current);
  }
  const occupant = view.occupant(op);
  if (occupant !== null && occupant.entryId !== op.entryId) return conflict('nameTaken', occupant);
  refuseUnusablePlace(view, op);
  const moved = { ...current, parentId: op.parentId, name: op.name, placeSeq: seq };
  refuseFile(files, current, moved);
  return applied(moved);
}

function applyAttributes(view: LibraryView, op: OpOf<'attributes'>, { seq }: OpContext): OpResult {
  const current = view.entry(op.entryId);
  if (current === null || current.deleted) return conflict('missing', current);
  if (current.attributesSeq !== op.baseAttributesSeq) return conflict('version', current);
  const next = { ...current, mtimeMs: op.mtimeMs, attributesSeq: seq };
  return applied(next.kind === 'file' ? { ...next, executable: op.executable } : next);
}

/** A deleted entry keeps its last place and content, for the trash; what it was compared by has moved on. */
function applyDelete(view: LibraryView, op: OpOf<'delete'>, { seq }: OpContext): OpResult {
  const current = view.entry(op.entryId);
  if (current === null || current.deleted) return conflict('missing', current);
  const same = current.contentSeq === op.baseContentSeq && current.placeSeq === op.basePlaceSeq;
  if (!same) return conflict('version', current);
  if (current.kind === 'folder' && view.hasChildren(op.entryId)) return conflict('notEmpty', current);
  return applied({ ...current, deleted: true, contentSeq: seq, placeSeq: seq });
}

function refuseUnusablePlace(view: LibraryView, place: Place): void {
  if (view.isTop(place.parentId) && place.name === OWN_FOLDER) {
    fail({ reason: 'invalidName', name: place.name });
  }
  if (view.lineage(place.parentId).length >= limits.pathDepthMax) {
    fail({ reason: 'invalidInput', detail: `folders inside each other beyond ${limits.pathDepthMax}` });
  }
}

/**
 * Refuses a file that the server's policy does not take. What an entry has already it may keep: a policy that came
 * later shuts nobody out of moving such a file, or of taking it out of the trash.
 */
function refuseFile(files: FilePolicy, former: EntryState | null, next: EntryState): void {
  if (next.kind !== 'file') return;
  const had = former?.kind === 'file' ? former : null;
  const isOldType = had !== null && fileTypeFault(files, had.name) !== null;
  const fault =
    (isOldType ? null : fileTypeFault(files, next.name)) ??
    (had?.contentId === next.contentId ? null : fileSizeFault(files, next.sizeBytes));
  if (fault !== null) fail(fault);
}
