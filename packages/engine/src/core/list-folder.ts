import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { joinPath, segments } from '@tidesync/shared/names';
import type { ListedEntry, WhyState } from '@tidesync/shared/wire/engine';
import type { LocalPresent, RemotePresent, Triple } from './entry.ts';
import { localEqualsBase, remoteEqualsBase } from './entry.ts';
import type { Told } from './hindrance.ts';
import { isKeptBy, troubleAbove, troubleIn, troubleWithin } from './hindrance.ts';
import { localPathOf } from './path-of.ts';
import type { Trees } from './trees.ts';
import type { PathTrouble, TroubleCode } from './trouble.ts';

/** What a trouble means for its path: left out for good, kept from the other side, or on its way. */
const STATES: Record<TroubleCode, WhyState> = {
  changing: 'waiting',
  unreadable: 'waiting',
  unwritable: 'waiting',
  ioError: 'waiting',
  diskFull: 'waiting',
  busy: 'waiting',
  tooManyOpen: 'waiting',
  specialFile: 'skipped',
  notUnicode: 'skipped',
  badName: 'skipped',
  nameClash: 'held',
  occupied: 'held',
  excludedName: 'held',
  tooDeep: 'skipped',
  otherVolume: 'skipped',
  readOnlyMember: 'held',
  tooLarge: 'held',
  typeRefused: 'held',
  damaged: 'held',
  contentMissing: 'waiting',
  refused: 'waiting',
};

export function stateOfTrouble(trouble: PathTrouble): WhyState {
  return STATES[trouble.code];
}

/** True if base, local and remote agree on that entry. */
export function isSynced({ base, local, remote }: Triple): boolean {
  return base !== null && localEqualsBase(local, base) && remoteEqualsBase(remote, base);
}

/** What is here counts, else what the server has. */
export function isFolder({ local, remote }: Triple): boolean {
  const state = local.is === 'present' ? local : remote;
  return state.is === 'present' && state.body.kind === 'folder';
}

/** The entry at a path, here or else on the server; null if there is none. The top folder is `trees.topId`. */
export function entryAt(trees: Trees, path: RelPath): EntryId | null {
  let id: EntryId | null = trees.topId;
  for (const name of segments(path)) {
    if (id === null) return null;
    id = trees.localAt(id, name) ?? trees.remoteAt(id, name);
  }
  return id;
}

/** What is known of paths beside the trees. */
export interface PathFacts {
  troubleAt(path: RelPath): PathTrouble | null;
  readonly troubles: readonly Told[];
  isIgnored(path: RelPath, isFolder: boolean): boolean;
  /** The server has it in a folder that is left out on this device. */
  isExcluded(id: EntryId): boolean;
  /** Deleted here, and the delete waits for a yes. */
  isDeleteHeld(id: EntryId): boolean;
}

/** What lies in a folder of either side, by name; null if there is no such folder. */
export function listFolder(trees: Trees, folder: RelPath, facts: PathFacts): ListedEntry[] | null {
  const folderId = entryAt(trees, folder);
  if (folderId === null) return null;
  const ids = new Set([...trees.localChildren(folderId), ...trees.remoteChildren(folderId)]);
  const listed: ListedEntry[] = [];
  const above = troubleIn([folder], facts.troubleAt) ?? troubleAbove(folder, facts.troubleAt);
  for (const id of ids) {
    const triple = trees.get(id);
    const shown = shownSide(triple, folderId);
    if (shown === null) continue;
    const path = joinPath(folder, shown.name);
    const elsewhere = shown === triple.local ? null : localPathOf(trees, id);
    const kept = keptBy({ path, elsewhere, above, isWaiting: isFolder(triple) && !isSynced(triple) }, facts);
    const ignored = facts.isIgnored(path, isFolder(triple));
    const deleteHeld = facts.isDeleteHeld(id);
    const excluded = triple.local.is === 'absent' && facts.isExcluded(id);
    listed.push(listEntry({ path, shown, triple, ignored, excluded, deleteHeld, ...kept }));
  }
  return listed.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Kept {
  readonly own: Told | null;
  readonly above: Told | null;
  readonly within: Told | null;
}

function keptBy(
  one: { path: RelPath; elsewhere: RelPath | null; above: Told | null; isWaiting: boolean },
  { troubleAt, troubles }: PathFacts,
): Kept {
  const { path, elsewhere, isWaiting } = one;
  return {
    own: troubleIn(elsewhere === null ? [path] : [path, elsewhere], troubleAt),
    above: one.above ?? (elsewhere === null ? null : troubleAbove(elsewhere, troubleAt)),
    within: isWaiting ? troubleWithin(path, troubles) : null,
  };
}

/** The local side if it lies in that folder, else the remote one: an entry that moves is seen at both places. */
function shownSide({ local, remote }: Triple, folderId: EntryId): LocalPresent | RemotePresent | null {
  if (local.is === 'present' && local.parentId === folderId) return local;
  if (remote.is === 'present' && remote.parentId === folderId) return remote;
  return null;
}

interface Shown extends Kept {
  readonly path: RelPath;
  readonly shown: LocalPresent | RemotePresent;
  readonly triple: Triple;
  readonly ignored: boolean;
  readonly excluded: boolean;
  readonly deleteHeld: boolean;
}

function listEntry(entry: Shown): ListedEntry {
  const { path, shown, triple } = entry;
  return {
    name: shown.name,
    path,
    kind: shown.body.kind,
    sizeBytes: shown.body.kind === 'file' ? shown.body.sizeBytes : null,
    mtimeMs: shown.mtimeMs,
    here: triple.local.is === 'present',
    onServer: triple.remote.is === 'present',
    ...judge(entry),
  };
}

function judge({
  triple,
  own,
  ignored,
  excluded,
  deleteHeld,
  above,
  within,
}: Shown): Pick<ListedEntry, 'code' | 'state'> {
  if (own !== null) return { code: own.trouble.code, state: stateOfTrouble(own.trouble) };
  if (ignored) return { code: 'ignored', state: 'skipped' };
  if (excluded) return { code: 'excluded', state: 'skipped' };
  if (deleteHeld) return { code: 'deleteHeld', state: 'held' };
  const entry = isSynced(triple) ? 'synced' : 'unsynced';
  if (above !== null && isKeptBy(above, entry)) return { code: 'folderAbove', state: 'waiting' };
  if (entry === 'synced') return { code: 'synced', state: 'synced' };
  return { code: within === null ? 'waiting' : 'awaitsContents', state: 'waiting' };
}
