import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { joinPath, parentPath } from '@tidesync/shared/names';
import type { ProblemClass } from '@tidesync/shared/problem-definition';
import type { Reason } from '@tidesync/shared/problems';
import { classOf, isFailure } from '@tidesync/shared/problems';
import { agreeOn } from '../core/agree.ts';
import { readOnceMore } from '../core/check-entry.ts';
import { decide } from '../core/decide.ts';
import type { LocalPresent, Triple } from '../core/entry.ts';
import { NOWHERE } from '../core/entry.ts';
import { localPathOf, shownPathOf } from '../core/path-of.ts';
import type { PathTrouble } from '../core/trouble.ts';
import { troubleOfRefusal } from '../core/trouble.ts';
import type { DiskNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { ActivityRecord } from '../ports/journal.ts';
import { holdBlanked, isBlanked } from './blanked-file.ts';
import { forgetDamage, showDamages } from './damages.ts';
import type { Finding } from './jobs.ts';
import { makeNamesLast } from './lasting-names.ts';
import { layout } from './layout.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { readAgain } from './round.ts';
import { MovedUnderUs } from './safe-moves.ts';
import { attributesOf } from './start-jobs.ts';
import type { SwapResult } from './swap-in.ts';
import { swapIn } from './swap-in.ts';
import { readMeaning, writeTrouble } from './transfer/disk-trouble.ts';
import type { DownloadFile } from './transfer/download-types.ts';
import { forEachBounded } from './transfer/slots.ts';

/** What the findings of jobs mean for the loop, beside what they put into the journal. */
export interface Taken {
  readonly rescan: Set<RelPath>;
  readonly staged: Set<ContentId>;
  readonly failed: { readonly id: EntryId; readonly path: RelPath; readonly trouble: PathTrouble }[];
  readonly cleared: EntryId[];
  readonly callErrors: unknown[];
  readonly activity: ActivityRecord[];
}

/** Each is a handful of calls to the disk, on paths of its own. */
const PLACED_AT_ONCE_MAX = 16;

type Fetched = Extract<Finding, { is: 'fetched' }>;

/** Writes findings into the journal: contents read, files swapped in. */
export async function takeFindings(parts: OpenParts, findings: readonly Finding[]): Promise<Taken> {
  const taken: Taken = {
    rescan: new Set(),
    staged: new Set(),
    failed: [],
    cleared: [],
    callErrors: [],
    activity: [],
  };
  const fetched: Fetched[] = [];
  parts.journal.transaction(() => {
    for (const finding of findings) {
      if (finding.is === 'fetched') fetched.push(finding);
      else note(parts, finding, taken);
    }
  });
  await putInPlace(parts, fetched, taken);
  return taken;
}

function note(parts: OpenParts, finding: Exclude<Finding, { is: 'fetched' }>, taken: Taken): void {
  if (finding.is === 'read') noteRead(parts, finding, taken);
  else if (finding.is === 'readFailed') noteReadFailure(finding, taken);
  else if (finding.is === 'uploaded') noteUpload(parts, finding, taken);
  else noteCallFailure(parts, finding, taken);
}

/** What keeps everything from being synced, and not just these files. */
const WHOLE_ROOT = new Set<ProblemClass>(['UNAUTHENTICATED', 'PERMISSION_DENIED', 'NOT_FOUND', 'INTERNAL']);
const UNREACHABLE: readonly Reason[] = [
  'unreachable',
  'notTidesync',
  'incompatible',
  'databaseUnavailable',
  'timedOut',
];

function concernsWholeRoot(error: unknown): boolean {
  return !isFailure(error) || WHOLE_ROOT.has(classOf(error.problem)) || isFailure(error, ...UNREACHABLE);
}

/** Trouble with the object store or with a content holds back those transfers; the rest goes on. */
function noteCallFailure(
  parts: OpenParts,
  { ids, error }: Extract<Finding, { is: 'callFailed' }>,
  taken: Taken,
): void {
  if (!isFailure(error) || concernsWholeRoot(error)) {
    taken.callErrors.push(error);
    return;
  }
  const trouble = troubleOfRefusal(error.problem);
  for (const id of ids) taken.failed.push({ id, path: shownPathOf(parts.journal, id), trouble });
}

function noteRead(
  parts: OpenParts,
  { id, path, result }: Extract<Finding, { is: 'read' }>,
  taken: Taken,
): void {
  const { journal, sha256 } = parts;
  const triple = journal.get(id);
  const { local } = triple;
  if (local.is === 'absent' || local.body.kind !== 'file' || localPathOf(journal, id) !== path) return;
  if (result.is === 'changed') {
    taken.failed.push({ id, path, trouble: { code: 'changing' } });
    taken.rescan.add(parentPath(path));
    return;
  }
  const { revision } = fileRevision(result.chunks, sha256);
  const { node } = result;
  if (isBlanked(triple, result, sha256)) {
    holdBlanked(journal, id, { node, contentId: revision.contentId, sinceMs: parts.clock.nowMs() });
    showDamages(journal);
    return;
  }
  if (journal.troubleAt(path)?.trouble.code === 'damaged') forgetDamage(journal, id);
  const body = {
    kind: 'file',
    contentId: revision.contentId,
    sizeBytes: revision.sizeBytes,
    executable: node.executable,
  } as const;
  journal.putChunks(revision.contentId, result.chunks);
  const mtimeMs = timeOf(triple, node);
  const read: LocalPresent = { ...local, body, stamp: node.stamp, mtimeMs };
  const vanished = isNew(triple) && body.sizeBytes > 0 ? vanishedWith(parts, revision.contentId) : null;
  if (vanished === null) journal.set(id, { ...triple, local: read });
  else {
    journal.set(id, NOWHERE);
    journal.set(vanished, { ...journal.get(vanished), local: read });
  }
  taken.cleared.push(id);
}

/**
 * The time of a file as it is to be told: a disk may show it rounded, so the one that is known of what the disk shows
 * now counts. What was set last is known of the local file, before anything else agrees on it.
 */
function timeOf({ base, local }: Triple, { stamp, mtimeMs }: DiskNode): number {
  if (local.is === 'present' && local.stamp.mtimeNs === stamp.mtimeNs) return local.mtimeMs;
  return base?.stamp.mtimeNs === stamp.mtimeNs ? base.mtimeMs : mtimeMs;
}

const isNew = ({ base, remote }: Triple) => base === null && remote.is === 'absent';

/** Looked at for one content; more than a few files of the same bytes are any of them. */
const VANISHED_LOOKED_AT_MAX = 16;

/**
 * A file whose bytes are those of one that has just gone from its path is that one, moved by a copy (another
 * volume, a program that writes anew): it keeps its entry, and with it its history (S26).
 */
function vanishedWith({ journal }: OpenParts, contentId: ContentId): EntryId | null {
  const found = journal.baseByContent(contentId, VANISHED_LOOKED_AT_MAX).find((id) => {
    const { base, local, remote } = journal.get(id);
    return base?.body.kind === 'file' && local.is === 'absent' && remote.is === 'present';
  });
  return found ?? null;
}

function noteReadFailure({ id, path, error }: Extract<Finding, { is: 'readFailed' }>, taken: Taken): void {
  if (!isDiskError(error)) {
    taken.callErrors.push(error);
    return;
  }
  const meaning = readMeaning(error);
  if (meaning === 'changed') taken.rescan.add(parentPath(path));
  taken.failed.push({ id, path, trouble: meaning === 'changed' ? { code: 'changing' } : meaning });
}

function noteUpload(
  parts: OpenParts,
  { id, file, outcome }: Extract<Finding, { is: 'uploaded' }>,
  taken: Taken,
): void {
  if (outcome.is === 'staged') {
    taken.staged.add(file.contentId);
    taken.cleared.push(id);
  } else if (outcome.is === 'changed') {
    // Not by its stamp, perhaps: after a power cut a file may hold other bytes than were read under the same one.
    readAgain(parts, id);
    taken.rescan.add(parentPath(file.path));
    taken.failed.push({ id, path: file.path, trouble: { code: 'changing' } });
  } else taken.failed.push({ id, path: file.path, trouble: outcome.trouble });
}

interface Placed {
  readonly id: EntryId;
  readonly file: DownloadFile;
  readonly path: RelPath;
  readonly result: SwapResult;
  /** Something was taken aside for it. */
  readonly wasThere: boolean;
}

/** Swaps finished downloads in; their folders are synced to disk before the journal says that they are there. */
async function putInPlace(parts: OpenParts, fetched: readonly Fetched[], taken: Taken): Promise<void> {
  const placed: Placed[] = [];
  const bounds = { count: PLACED_AT_ONCE_MAX, signal: new AbortController().signal };
  await forEachBounded(fetched, bounds, async ({ id, file, outcome }) => {
    const path = targetOf(parts, id, file);
    if (outcome.is === 'trouble')
      taken.failed.push({ id, path: path ?? file.temp, trouble: outcome.trouble });
    else if (path === null) await discard(parts, id, file);
    else {
      const wasThere = parts.journal.get(id).local.is === 'present';
      const result = await place(parts, { id, file, path }, taken);
      if (result !== null) placed.push({ id, file, path, result, wasThere });
    }
  });
  const folders = new Set(placed.map(({ path }) => parentPath(path)));
  for (const folder of folders) if (!(await isSynced(parts, folder))) taken.rescan.add(folder);
  // Else a power cut could bring back there what the journal says has been replaced.
  if (placed.some(({ wasThere }) => wasThere) && !(await isSynced(parts, layout.aside)))
    for (const folder of folders) taken.rescan.add(folder);
  parts.journal.transaction(() => {
    for (const one of placed) if (!taken.rescan.has(parentPath(one.path))) recordPlaced(parts, one, taken);
  });
}

/** Not, where the disk failed: then a power cut may undo what was placed, and a scan has to find it first. */
async function isSynced({ disk }: OpenParts, folder: RelPath): Promise<boolean> {
  return makeNamesLast(disk, folder).then(
    () => true,
    () => false,
  );
}

/** What may be wanted still is kept for the next try, which goes on from it. */
async function discard({ journal, disk }: OpenParts, id: EntryId, file: DownloadFile): Promise<void> {
  if (!isAskedFor(journal.get(id), file)) await disk.unlink(file.temp).catch(() => undefined);
}

/** Under old ones the file would look like somebody's change of them. */
function hasItsAttributes(triple: Triple, { executable, mtimeMs }: DownloadFile): boolean {
  const wanted = attributesOf(triple);
  return wanted.executable === executable && wanted.mtimeMs === mtimeMs;
}

/** Whether remote is what was fetched still. */
function isAskedFor({ remote }: Triple, { contentId }: DownloadFile): boolean {
  return remote.is === 'present' && remote.body.kind === 'file' && remote.body.contentId === contentId;
}

/**
 * Where a download belongs now; null if it belongs nowhere (any more): scans went on meanwhile, and what they saw
 * somebody do since the plan was drawn has to be decided on first. What has other attributes by now is fetched once
 * more, which takes its bytes from the temporary file (S42).
 */
function targetOf({ journal }: OpenParts, id: EntryId, file: DownloadFile): RelPath | null {
  const triple = journal.get(id);
  const { local, remote } = triple;
  if (remote.is === 'absent' || !isAskedFor(triple, file)) return null;
  const decision = decide(triple);
  const isWanted = decision.is === 'makeHere' || (decision.is === 'merge' && decision.content === 'pull');
  if (!isWanted || !hasItsAttributes(triple, file)) return null;
  if (local.is === 'present') return localPathOf(journal, id);
  // Who was to leave that name may still have it.
  if (journal.localAt(remote.parentId, remote.name) !== null) return null;
  const folder = localPathOf(journal, remote.parentId);
  return folder === null ? null : joinPath(folder, remote.name);
}

async function place(
  parts: OpenParts,
  { id, file, path }: Pick<Placed, 'id' | 'file' | 'path'>,
  taken: Taken,
): Promise<SwapResult | null> {
  const { journal, disk } = parts;
  const expected = journal.get(id).local;
  try {
    return await swapIn(parts, { id, temporary: file.temp, path, expected, label: labelOf(parts) });
  } catch (error) {
    // What a program has open is there soon, and is not fetched again for that (S63).
    if (!isDiskError(error, 'busy')) await disk.unlink(file.temp).catch(() => undefined);
    if (error instanceof MovedUnderUs || isDiskError(error, 'exists', 'missing', 'notFolder', 'linkedParent'))
      taken.rescan.add(parentPath(path));
    else if (isDiskError(error))
      taken.failed.push({ id, path, trouble: writeTrouble(error, file.sizeBytes) });
    else throw error;
    if (isDiskError(error, 'exists')) taken.failed.push({ id, path, trouble: { code: 'occupied' } });
    return null;
  }
}

function recordPlaced(parts: OpenParts, { id, file, path, result }: Placed, taken: Taken): void {
  const { journal, clock } = parts;
  const { base, local, remote } = journal.get(id);
  if (remote.is === 'absent') return;
  const place =
    local.is === 'present' ? local : { parentId: remote.parentId, name: remote.name, localName: remote.name };
  const now: LocalPresent = {
    is: 'present',
    parentId: place.parentId,
    name: place.name,
    localName: place.localName,
    body: {
      kind: 'file',
      contentId: file.contentId,
      sizeBytes: file.sizeBytes,
      executable: result.node.executable,
    },
    mtimeMs: file.mtimeMs,
    stamp: result.node.stamp,
  };
  const agreed = { base: agreeOn(base, now, remote), local: now, remote };
  journal.set(id, result.mayHideSave ? readOnceMore(agreed) : agreed);
  taken.cleared.push(id);
  const atMs = clock.nowMs();
  taken.activity.push({ atMs, kind: 'downloaded', path, detail: String(file.sizeBytes) });
  if (result.keptAs !== null) {
    journal.addConflict({ atMs, path, copyPath: result.keptAs });
    taken.rescan.add(parentPath(path));
  }
}
