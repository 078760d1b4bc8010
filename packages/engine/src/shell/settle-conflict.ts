import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath, TOP } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { LocalPresent } from '../core/entry.ts';
import { LOCAL_ABSENT, NOWHERE } from '../core/entry.ts';
import { localEntryAt } from '../core/path-of.ts';
import { isDiskError } from '../ports/disk.ts';
import type { ConflictRecord, ResolvedConflict, RootJournal } from '../ports/journal.ts';
import { newBatchId } from './batch-book.ts';
import { makeNamesLast } from './lasting-names.ts';
import type { OpenParts } from './root-parts.ts';
import { dayOf, labelOf, newEntryId } from './root-parts.ts';
import { MovedUnderUs, placeOwn, putBack, sameBytes, trashPathFor } from './safe-moves.ts';
import { afterStep, takeExpected } from './take-expected.ts';

/** A file at one of the two paths of a conflict. */
interface Version {
  readonly id: EntryId;
  readonly path: RelPath;
  readonly local: LocalPresent;
}
type Look = (folder: RelPath) => void;

/** Both stay as they are; only the record of the conflict goes. */
export function keepBoth(journal: RootJournal, record: ConflictRecord, nowMs: number): ResolvedConflict {
  const resolved = { ...record, kept: 'both', resolvedMs: nowMs, trashPath: null } as const;
  journal.transaction(() => {
    journal.dropConflict(record.copyPath);
    journal.addResolvedConflict(resolved);
  });
  return resolved;
}

/**
 * Keeps one version under the name and takes the other one into this folder's trash. Whatever is not as the journal
 * has it is left alone, and looked at again. A stop anywhere leaves both versions, beside each other or one in the
 * trash. Errors: `conflictNotReady`, `conflictNotFiles`, `conflictChanged`.
 */
export async function keepOne(
  parts: OpenParts,
  { record, keep, look }: { record: ConflictRecord; keep: 'mine' | 'theirs'; look: Look },
): Promise<ResolvedConflict> {
  const { journal, clock } = parts;
  const { path, copyPath } = record;
  const mine = versionAt(journal, copyPath);
  const theirs = versionAt(journal, path);
  if (mine === null || (theirs === null && !(keep === 'mine' && isNameFree(journal, path))))
    return fail({ reason: 'conflictNotReady', path });
  for (const { local } of theirs === null ? [mine] : [mine, theirs]) {
    if (local.body.kind !== 'file') fail({ reason: 'conflictNotFiles', path });
    if (local.body.contentId === null) fail({ reason: 'conflictNotReady', path });
  }
  const resolved = { ...record, kept: keep, resolvedMs: clock.nowMs() };
  return unlessMoved(record, look, async () => {
    if (keep === 'theirs') return takeTheirs(parts, resolved, mine);
    return theirs === null ? takeName(parts, resolved, mine) : takeMine(parts, resolved, { mine, theirs });
  });
}

/** The journal has what was seen; the disk may have gone on since. Then nothing was done. */
async function unlessMoved<T>({ path, copyPath }: ConflictRecord, look: Look, work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    look(parentPath(path));
    look(parentPath(copyPath));
    if (error instanceof MovedUnderUs || isDiskError(error, 'missing', 'exists', 'notFolder', 'linkedParent'))
      return fail({ reason: 'conflictChanged', path }, error);
    if (isDiskError(error)) fail({ reason: 'folderUnusable', path, why: `its disk failed (${error.fault})` });
    throw error;
  }
}

function versionAt(journal: RootJournal, path: RelPath): Version | null {
  const id = localEntryAt(journal, path);
  if (id === null) return null;
  const { local } = journal.get(id);
  return local.is === 'present' ? { id, path, local } : null;
}

/** Nothing is there, and nothing is about to come. */
function isNameFree(journal: RootJournal, path: RelPath): boolean {
  const folder = localEntryAt(journal, parentPath(path));
  return folder !== null && journal.remoteAt(folder, lastName(path)) === null;
}

type Resolving = Omit<ResolvedConflict, 'trashPath'>;

/** The trash is noted before the file goes there, so that whatever happens it can be brought back. */
async function intoTrash(
  { disk, journal, clock }: OpenParts,
  { resolving, own, id }: { resolving: Resolving; own: RelPath; id: EntryId },
): Promise<ResolvedConflict> {
  const lost = resolving.kept === 'mine' ? resolving.path : resolving.copyPath;
  const trashPath = await trashPathFor(disk, lost, { day: dayOf(clock.nowMs()), tag: id.slice(0, 8) });
  const resolved = { ...resolving, trashPath };
  journal.addResolvedConflict(resolved);
  await disk.rename(own, trashPath);
  await makeNamesLast(disk, parentPath(trashPath));
  return resolved;
}

async function takeTheirs(parts: OpenParts, resolving: Resolving, mine: Version): Promise<ResolvedConflict> {
  const aside = await takeExpected(parts, mine);
  const resolved = await intoTrash(parts, { resolving, own: aside, id: mine.id });
  await makeNamesLast(parts.disk, parentPath(mine.path));
  const { journal } = parts;
  journal.transaction(() => {
    leave(parts, mine.id);
    journal.dropConflict(mine.path);
    noteSettled(parts, resolved);
  });
  return resolved;
}

/** Nothing has the name any more: the copy just gets it. */
async function takeName(parts: OpenParts, resolving: Resolving, mine: Version): Promise<ResolvedConflict> {
  const { disk, journal } = parts;
  const aside = await takeExpected(parts, mine);
  await placeOrPutBack(parts, [{ own: aside, path: mine.path }], resolving.path);
  await makeNamesLast(disk, parentPath(resolving.path));
  const resolved = { ...resolving, trashPath: null };
  const node = await disk.look(resolving.path);
  journal.transaction(() => {
    const name = lastName(resolving.path);
    const { resolvedMs } = resolving;
    if (node !== null) journal.set(mine.id, moved(journal, mine, { name, stamp: node.stamp, resolvedMs }));
    journal.dropConflict(mine.path);
    journal.addResolvedConflict(resolved);
    noteSettled(parts, resolved);
  });
  return resolved;
}

function moved(
  journal: RootJournal,
  { id, local }: Version,
  { name, stamp, resolvedMs }: Pick<LocalPresent, 'name' | 'stamp'> & { resolvedMs: number },
) {
  return { ...journal.get(id), local: { ...afterStep(local, stamp, resolvedMs), name, localName: name } };
}

/** The entry that has the name gets the bytes of the copy, so its earlier content becomes an earlier version. */
async function takeMine(
  parts: OpenParts,
  resolving: Resolving,
  { mine, theirs }: { mine: Version; theirs: Version },
): Promise<ResolvedConflict> {
  const { disk, journal } = parts;
  const label = labelOf(parts);
  const mineAside = await takeExpected(parts, mine);
  const theirsAside = await takeExpected(parts, theirs).catch(async (error) => {
    await putBack(disk, mineAside, { path: mine.path, label });
    throw error;
  });
  const back = [
    { own: theirsAside, path: theirs.path },
    { own: mineAside, path: mine.path },
  ];
  await placeOrPutBack(parts, back, theirs.path);
  const node = await disk.look(theirs.path);
  const resolved = await intoTrash(parts, { resolving, own: theirsAside, id: theirs.id });
  for (const { path } of back) await makeNamesLast(disk, parentPath(path));
  journal.transaction(() => {
    // Saved meanwhile, or gone: what is there now has to be looked at like anything new.
    if (node !== null && sameBytes(node.stamp, mine.local.stamp)) {
      const { body, mtimeMs, stamp } = afterStep(mine.local, node.stamp, resolving.resolvedMs);
      journal.set(theirs.id, { ...journal.get(theirs.id), local: { ...theirs.local, body, mtimeMs, stamp } });
    }
    leave(parts, mine.id);
    journal.dropConflict(mine.path);
    noteSettled(parts, resolved);
  });
  return resolved;
}

/** The last of them into the place; if that is taken by now, all go back where they were. */
async function placeOrPutBack(
  parts: OpenParts,
  asides: readonly { readonly own: RelPath; readonly path: RelPath }[],
  to: RelPath,
): Promise<void> {
  try {
    await placeOwn(parts.disk, asides.at(-1)?.own ?? to, to);
  } catch (error) {
    for (const { own, path } of asides) await putBack(parts.disk, own, { path, label: labelOf(parts) });
    throw error;
  }
}

/** Gone by a person's wish, who has seen what goes: the delete waits for no other yes (S28). */
function leave({ journal, random }: OpenParts, id: EntryId): void {
  const { base, remote } = journal.get(id);
  if (remote.is === 'present') journal.approveDelete(id, { ...remote.versions, batchId: newBatchId(random) });
  journal.set(id, { base, local: LOCAL_ABSENT, remote });
}

function noteSettled({ journal }: OpenParts, { path, kept, resolvedMs }: ResolvedConflict): void {
  journal.addActivity({ atMs: resolvedMs, kind: 'settled', path, detail: kept });
}

/**
 * Brings back what was taken away: the version in the trash returns to its path, what is there by then gives way to
 * the path of the copy, and nothing is replaced. Errors: `conflictNotUndoable`, `conflictChanged`.
 */
export async function takeBack(
  parts: OpenParts,
  resolved: ResolvedConflict,
  look: Look,
): Promise<ConflictRecord> {
  const { journal } = parts;
  const copyPath = await unlessMoved(resolved, look, () => backOnDisk(parts, resolved, look));
  const record = { atMs: resolved.atMs, path: resolved.path, copyPath };
  journal.transaction(() => {
    journal.dropResolvedConflict(resolved);
    journal.addConflict(record);
    const path = resolved.kept === 'mine' ? resolved.path : copyPath;
    journal.addActivity({ atMs: parts.clock.nowMs(), kind: 'restored', path, detail: '' });
  });
  return record;
}

/** Answers where the copy is now. */
async function backOnDisk(parts: OpenParts, resolved: ResolvedConflict, look: Look): Promise<RelPath> {
  const { disk, journal } = parts;
  const { kept, trashPath, path, copyPath } = resolved;
  if (trashPath === null) {
    const isThere = kept === 'both' && localEntryAt(journal, copyPath) !== null;
    return isThere ? copyPath : fail({ reason: 'conflictNotUndoable', path });
  }
  if ((await disk.look(trashPath)) === null) return fail({ reason: 'conflictNotUndoable', path });
  if (kept === 'theirs') {
    return putWhereItWas(parts, { trashPath, path: copyPath, look });
  }
  const now = versionAt(journal, path);
  if (now === null || now.local.body.kind !== 'file') {
    await putWhereItWas(parts, { trashPath, path, look });
    return copyPath;
  }
  return swapBack(parts, { now, trashPath, copyPath });
}

/** Into the top folder, where the one that it was in is gone. */
async function putWhereItWas(
  parts: OpenParts,
  { trashPath, path, look }: { trashPath: RelPath; path: RelPath; look: Look },
): Promise<RelPath> {
  const { disk } = parts;
  const folder = await disk.look(parentPath(path)).catch(() => null);
  const isThere = parentPath(path) === TOP || folder?.kind === 'folder';
  const goal = isThere ? path : joinPath(TOP, lastName(path));
  const at = await putBack(disk, trashPath, { path: goal, label: labelOf(parts) });
  await makeNamesLast(disk, parentPath(at));
  look(parentPath(at));
  return at;
}

async function swapBack(
  parts: OpenParts,
  { now, trashPath, copyPath }: { now: Version; trashPath: RelPath; copyPath: RelPath },
): Promise<RelPath> {
  const { disk, journal, random } = parts;
  const label = labelOf(parts);
  const sinceMs = parts.clock.nowMs();
  const aside = await takeExpected(parts, now);
  const copyAt = await putBack(disk, aside, { path: copyPath, label });
  await placeOwn(disk, trashPath, now.path);
  const [node, copy] = [await disk.look(now.path), await disk.look(copyAt)];
  for (const folder of new Set([parentPath(now.path), parentPath(copyAt)])) await makeNamesLast(disk, folder);
  if (node === null || copy === null) throw new MovedUnderUs(now.path);
  journal.transaction(() => {
    const { sizeBytes } = node.stamp;
    const body = { kind: 'file', contentId: null, sizeBytes, executable: node.executable } as const;
    const local: LocalPresent = { ...now.local, body, mtimeMs: node.mtimeMs, stamp: node.stamp };
    journal.set(now.id, { ...journal.get(now.id), local });
    const name = lastName(copyAt);
    journal.set(newEntryId(random), {
      ...NOWHERE,
      local: { ...afterStep(now.local, copy.stamp, sinceMs), name, localName: name },
    });
  });
  return copyAt;
}
