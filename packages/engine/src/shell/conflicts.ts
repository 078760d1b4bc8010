import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { ConflictAnswer, ConflictVersion } from '@tidesync/shared/wire/engine';
import type { LocalPresent } from '../core/entry.ts';
import { localEntryAt } from '../core/path-of.ts';
import type { ConflictRecord, ResolvedConflict, RootJournal, RootRecord } from '../ports/journal.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ConflictView, ResolvedConflictView } from './face.ts';
import { keepBoth, keepOne, takeBack } from './settle-conflict.ts';
import type { SyncRoot } from './sync-root.ts';
import type { VisitWork } from './visits.ts';

type Parts = Pick<EngineParts, 'clock' | 'sha256' | 'journal'>;
interface Root {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly running: SyncRoot | null;
}

/** Conflicts that nobody has said anything about yet, with both versions as they are here now. */
export function openConflicts(parts: Parts, roots: readonly Root[]): ConflictView[] {
  return roots.flatMap((root) => root.journal.conflicts().map((record) => viewOf(parts, root, record)));
}

/** Those that can be taken back still, the latest first. */
export function resolvedConflicts(parts: Parts, roots: readonly Root[]): ResolvedConflictView[] {
  return roots.flatMap((root) => undoable(parts, root).map((record) => resolvedViewOf(parts, root, record)));
}

/**
 * What a person says about a conflict (docs/spec/conflicts.md). Errors: `conflictMissing`, `conflictChanged` where
 * sizes or hashes are not those that were shown, `conflictNotReady`, `conflictNotFiles`, `folderResting`.
 */
export async function resolveConflict(
  parts: Parts,
  roots: readonly Root[],
  { conflictId, shown, keep }: ConflictAnswer,
): Promise<ResolvedConflictView> {
  const found = roots.flatMap((root) => root.journal.conflicts().map((record) => ({ root, record })));
  const conflict =
    found.find(({ root, record }) => idOf(parts, root, record) === conflictId) ??
    fail({ reason: 'conflictMissing', conflict: conflictId });
  const { root, record } = conflict;
  const nowMs = parts.clock.nowMs();
  if (keep === 'both') return resolvedViewOf(parts, root, keepBoth(root.journal, record, nowMs));
  const done = await inTurn(root, async (open, look) => {
    if (viewOf(parts, root, record).shown !== shown) fail({ reason: 'conflictChanged', path: record.path });
    return keepOne(open, { record, keep, look });
  });
  return resolvedViewOf(parts, root, done);
}

/** Takes it back: the other version returns, and the conflict with it. Errors: as above, `conflictNotUndoable`. */
export async function undoConflict(
  parts: Parts,
  roots: readonly Root[],
  conflictId: string,
): Promise<ConflictView> {
  const found = roots.flatMap((root) => undoable(parts, root).map((record) => ({ root, record })));
  const resolved =
    found.find(({ root, record }) => idOf(parts, root, record) === conflictId) ??
    fail({ reason: 'conflictMissing', conflict: conflictId });
  const { root, record } = resolved;
  const again = await inTurn(root, (open, look) => takeBack(open, record, look));
  return viewOf(parts, root, again);
}

/** In the loop's own turn, online or not. */
async function inTurn<T extends object>({ record, running }: Root, work: VisitWork<T>): Promise<T> {
  const resting = (why: string) => fail({ reason: 'folderResting', path: record.path, why });
  if (running === null) return resting(record.pause.is === 'paused' ? 'paused' : 'not being synced');
  return (await running.visit(work, 'scanned')) ?? resting(running.halt === null ? 'stopping' : 'halted');
}

function undoable({ clock }: Parts, { journal }: Root): ResolvedConflict[] {
  const fromMs = clock.nowMs() - limits.trashLifeMs;
  const open = new Set(journal.conflicts().map(({ copyPath, atMs }) => `${atMs} ${copyPath}`));
  return journal
    .resolvedConflicts()
    .filter(({ resolvedMs, copyPath, atMs }) => resolvedMs >= fromMs && !open.has(`${atMs} ${copyPath}`));
}

type Named = Pick<ConflictView, 'conflictId' | 'rootId' | 'rootPath' | 'atMs' | 'path' | 'copyPath'>;

function namedOf(parts: Parts, root: Root, record: ConflictRecord): Named {
  const { rootId, path: rootPath } = root.record;
  const { atMs, path, copyPath } = record;
  return { conflictId: idOf(parts, root, record), rootId, rootPath, atMs, path, copyPath };
}

function viewOf(parts: Parts, root: Root, record: ConflictRecord): ConflictView {
  const ours = parts.journal.session()?.deviceName ?? null;
  const mine = versionAt(root.journal, record.copyPath, ours);
  const theirs = versionAt(root.journal, record.path, null);
  const seen = [mine, theirs].map((one) => one && [one.kind, one.sizeBytes, one.contentId]);
  return { ...namedOf(parts, root, record), shown: shortHash(parts, JSON.stringify(seen)), mine, theirs };
}

function resolvedViewOf(parts: Parts, root: Root, record: ResolvedConflict): ResolvedConflictView {
  const { kept, resolvedMs } = record;
  const undoUntilMs = resolvedMs + limits.trashLifeMs;
  return { ...namedOf(parts, root, record), kept, resolvedMs, undoUntilMs };
}

function versionAt(journal: RootJournal, path: RelPath, deviceName: string | null): ConflictVersion | null {
  const id = localEntryAt(journal, path);
  if (id === null) return null;
  const { local } = journal.get(id);
  if (local.is === 'absent') return null;
  return { path, deviceName, mtimeMs: local.mtimeMs, ...bodyOf(local) };
}

function bodyOf({ body }: LocalPresent): Pick<ConflictVersion, 'kind' | 'sizeBytes' | 'contentId'> {
  if (body.kind !== 'file') return { kind: body.kind, sizeBytes: null, contentId: null };
  return { kind: 'file', sizeBytes: body.sizeBytes, contentId: body.contentId };
}

function idOf(parts: Parts, { record: { rootId } }: Root, { copyPath, atMs }: ConflictRecord): string {
  return shortHash(parts, `${rootId}\n${atMs}\n${copyPath}`);
}
function shortHash({ sha256 }: Parts, text: string): string {
  return sha256(new TextEncoder().encode(text)).slice(0, 8);
}
