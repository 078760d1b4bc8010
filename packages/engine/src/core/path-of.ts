import { assert } from '@tidesync/shared/brand';
import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, segments, TOP } from '@tidesync/shared/names';
import type { Trees } from './trees.ts';

/** Path on this disk, as the local tree has it; null if the entry or a folder above it is not there. */
export function localPathOf(trees: Trees, id: EntryId): RelPath | null {
  return pathOf(trees.topId, id, (at) => {
    const { local } = trees.get(at);
    return local.is === 'present' ? { parentId: local.parentId, name: local.localName } : null;
  });
}

/** Path on this disk, and for what is not there any more the one where it was last agreed to be. */
export function lastLocalPathOf(trees: Trees, id: EntryId): RelPath | null {
  return pathOf(trees.topId, id, (at) => {
    const { local, base } = trees.get(at);
    const last = local.is === 'present' ? local : base;
    return last === null ? null : { parentId: last.parentId, name: last.localName };
  });
}

/** The entry at a path of the local tree, by this disk's spelling; null if there is none. */
export function localEntryAt(journal: LocalNames, path: RelPath): EntryId | null {
  let id: EntryId | null = journal.topId;
  for (const name of segments(path)) id = id === null ? null : journal.localByDiskName(id, name);
  return id;
}
interface LocalNames {
  readonly topId: EntryId;
  localByDiskName(folder: EntryId, localName: EntryName): EntryId | null;
}

/** Path in the library, by the server's spelling; null if the entry or a folder above it is not there. */
export function remotePathOf(trees: Trees, id: EntryId): RelPath | null {
  return pathOf(trees.topId, id, (at) => {
    const { remote } = trees.get(at);
    return remote.is === 'present' ? remote : null;
  });
}

/** Where people would look for an entry: here, else there, else where it last was. */
export function shownPathOf(trees: Trees, id: EntryId): RelPath {
  const found = localPathOf(trees, id) ?? remotePathOf(trees, id);
  if (found !== null) return found;
  const last = pathOf(trees.topId, id, (at) => {
    const { local, remote, base } = trees.get(at);
    return local.is === 'present' ? local : remote.is === 'present' ? remote : base;
  });
  return last ?? lastNameOf(trees, id);
}

/** Its folder is known no more: at least its name. */
function lastNameOf(trees: Trees, id: EntryId): RelPath {
  const { local, remote, base } = trees.get(id);
  const place = local.is === 'present' ? local : remote.is === 'present' ? remote : base;
  return (place?.name ?? id) as string as RelPath;
}

function pathOf(
  topId: EntryId,
  id: EntryId,
  placeOf: (id: EntryId) => { parentId: EntryId; name: EntryName } | null,
): RelPath | null {
  const names: EntryName[] = [];
  for (let at = id; at !== topId; ) {
    const place = placeOf(at);
    if (place === null) return null;
    names.push(place.name);
    assert(names.length <= 16 * limits.pathDepthMax, 'a tree has no cycle');
    at = place.parentId;
  }
  return names.reduceRight<RelPath>((path, name) => joinPath(path, name), TOP);
}
