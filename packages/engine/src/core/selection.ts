import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { segments } from '@tidesync/shared/names';
import { localEqualsBase } from './entry.ts';
import type { Selection } from './excluded.ts';
import type { Trees } from './trees.ts';

/** How much lies in a folder, the folder itself left out. */
export interface Amount {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
}

/** One folder of the server, as a person chooses among them. */
export interface ChoiceOfFolder {
  readonly id: EntryId;
  readonly name: EntryName;
  /** `partly`: it is here, and something in it is left out. */
  readonly state: 'here' | 'partly' | 'excluded';
  /** On the server. */
  readonly there: Amount;
  readonly hasFolders: boolean;
}

/** The folder that the server has at a path, by its names or those of this disk; null if there is none. */
export function remoteFolderAt(trees: Trees, path: RelPath): EntryId | null {
  let id: EntryId | null = trees.topId;
  for (const name of segments(path)) {
    if (id === null) return null;
    id = trees.remoteAt(id, name) ?? trees.localAt(id, name);
  }
  if (id === null || id === trees.topId) return id;
  const { remote } = trees.get(id);
  return remote.is === 'present' && remote.body.kind === 'folder' ? id : null;
}

/** Everything that the server has below a folder. */
export function* remoteBelow(trees: Trees, folder: EntryId): Generator<EntryId> {
  for (const child of trees.remoteChildren(folder)) {
    yield child;
    yield* remoteBelow(trees, child);
  }
}

/** What the server has below a folder, of which something is `wanted`. */
export function amountBelow(
  trees: Trees,
  folder: EntryId,
  wanted: (id: EntryId) => boolean = () => true,
): Amount {
  let [files, folders, bytes] = [0, 0, 0];
  for (const id of remoteBelow(trees, folder)) {
    const { remote } = trees.get(id);
    if (remote.is === 'absent' || !wanted(id)) continue;
    if (remote.body.kind === 'folder') folders++;
    else files++;
    if (remote.body.kind === 'file') bytes += remote.body.sizeBytes;
  }
  return { files, folders, bytes };
}

/** The folders in a folder of the server, by name. */
export function choicesIn(trees: Trees, folder: EntryId, selection: Selection): ChoiceOfFolder[] {
  const isFolder = (id: EntryId) => {
    const { remote } = trees.get(id);
    return remote.is === 'present' && remote.body.kind === 'folder';
  };
  const holdsExcluded = (id: EntryId) => {
    for (const below of remoteBelow(trees, id)) if (selection.folders.has(below)) return true;
    return false;
  };
  return trees
    .remoteChildren(folder)
    .filter(isFolder)
    .map((id) => {
      const { remote } = trees.get(id);
      const state = selection.isExcluded(id) ? 'excluded' : holdsExcluded(id) ? 'partly' : 'here';
      const name = remote.is === 'present' ? remote.name : ('' as EntryName);
      const hasFolders = trees.remoteChildren(id).some(isFolder);
      return { id, name, state, there: amountBelow(trees, id), hasFolders };
    });
}

/**
 * What of a folder is not on the server as it is here, or is deleted here and not there yet: while there is any, the
 * folder is not taken off this device.
 */
export function unsyncedIn(trees: Trees, folder: EntryId, isMasked: (id: EntryId) => boolean): EntryId[] {
  const unsynced: EntryId[] = [];
  const seen = new Set<EntryId>();
  const walk = (id: EntryId): void => {
    if (seen.has(id) || isMasked(id)) return;
    seen.add(id);
    const { base, local } = trees.get(id);
    const isAsAgreed = base === null ? local.is === 'absent' : localEqualsBase(local, base);
    if (!isAsAgreed) unsynced.push(id);
    for (const child of [...trees.localChildren(id), ...trees.remoteChildren(id)]) walk(child);
  };
  walk(folder);
  return unsynced;
}

/** Contents of the files below a folder that are here. */
export function contentsHere(trees: Trees, folder: EntryId): Set<ContentId> {
  const contents = new Set<ContentId>();
  for (const id of remoteBelow(trees, folder)) {
    const { base, local } = trees.get(id);
    if (local.is === 'present' && base?.body.kind === 'file') contents.add(base.body.contentId);
  }
  return contents;
}

/** Which folders are left out from now on, and which no more. */
export interface SelectionEdit {
  readonly exclude: readonly EntryId[];
  readonly include: readonly EntryId[];
}

/** Leaves out a folder; what was left out in it needs no mention any more. */
export function excludeEdit(trees: Trees, { folders }: Selection, id: EntryId): SelectionEdit {
  const below = [...remoteBelow(trees, id)].filter((one) => folders.has(one));
  return { exclude: [id], include: below };
}

/**
 * Takes in a folder with all that is in it. Where a folder above it is left out, that one is taken in, and its other
 * folders are left out in its place, on each level down to it.
 */
export function includeEdit(trees: Trees, { folders, isExcluded }: Selection, id: EntryId): SelectionEdit {
  const exclude: EntryId[] = [];
  const include = [...remoteBelow(trees, id)].filter((one) => folders.has(one));
  for (let at = id; isExcluded(at); ) {
    if (folders.has(at)) include.push(at);
    const { remote } = trees.get(at);
    if (remote.is === 'absent' || remote.parentId === trees.topId) break;
    const { parentId } = remote;
    if (isExcluded(parentId)) exclude.push(...foldersBeside(trees, parentId, at));
    at = parentId;
  }
  return { exclude, include };
}

function foldersBeside(trees: Trees, parentId: EntryId, id: EntryId): EntryId[] {
  return trees.remoteChildren(parentId).filter((one) => {
    const { remote } = trees.get(one);
    return one !== id && remote.is === 'present' && remote.body.kind === 'folder';
  });
}
