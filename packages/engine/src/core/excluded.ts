import type { EntryId } from '@tidesync/shared/ids';
import type { Triple } from './entry.ts';
import { localEqualsBase } from './entry.ts';
import type { Trees } from './trees.ts';

/**
 * Whether the server has an entry in a folder that this device leaves out (or it is that folder); for as long as nobody
 * writes into the trees. What the server does not have lies in no such folder.
 */
export function excludedIn(trees: Trees, folders: ReadonlySet<EntryId>): (id: EntryId) => boolean {
  if (folders.size === 0) return () => false;
  const answers = new Map<EntryId, boolean>([[trees.topId, false]]);
  return (id) => {
    const above: EntryId[] = [];
    let at = id;
    let answer = answers.get(at);
    while (answer === undefined) {
      const { remote } = trees.get(at);
      if (remote.is === 'absent') answer = false;
      else if (folders.has(at)) answer = true;
      // A folder that lies in itself is for the check of the trees to find.
      else answer = answers.get(remote.parentId) ?? (above.includes(at) ? false : undefined);
      above.push(at);
      if (remote.is === 'present') at = remote.parentId;
    }
    for (const one of above) answers.set(one, answer);
    return answer;
  };
}

/**
 * What becomes of an entry that this device leaves out (docs/spec/selection.md): what was never here stays away, what
 * is here as both sides agreed on it goes. Null: somebody changed it here, so it is decided on like any other first.
 */
export function decideExcluded({ base, local }: Triple): { is: 'settled' } | { is: 'drop' } | null {
  if (local.is === 'absent') return base === null ? { is: 'settled' } : { is: 'drop' };
  return base !== null && localEqualsBase(local, base) ? { is: 'drop' } : null;
}

/** The folders that a device leaves out, and what lies in them. */
export interface Selection {
  readonly folders: ReadonlySet<EntryId>;
  readonly isExcluded: (id: EntryId) => boolean;
}

/**
 * Entries in excluded folders that are here still, contents before their folders: on their own they differ in nothing,
 * so nobody else would look at them. At most `max`; the rest comes when these are gone.
 */
export function leavingOf(
  trees: Trees,
  { folders, isExcluded }: Selection,
  max = Number.POSITIVE_INFINITY,
): EntryId[] {
  const leaving: EntryId[] = [];
  const seen = new Set<EntryId>();
  const walk = (id: EntryId): void => {
    if (leaving.length >= max || seen.has(id) || trees.get(id).local.is === 'absent') return;
    seen.add(id);
    for (const child of trees.remoteChildren(id)) walk(child);
    if (leaving.length < max) leaving.push(id);
  };
  if (folders.size === 0) return [];
  for (const folder of folders) if (isExcluded(folder)) walk(folder);
  // What moved into one elsewhere: where it is here still, only that differs, and not what lies in it.
  for (const id of trees.dirtyIds()) if (isExcluded(id)) walk(id);
  return leaving;
}
