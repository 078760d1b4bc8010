import type { EntryId } from '@tidesync/shared/ids';
import type { Triple } from './entry.ts';
import { sameAttributes, sameContent, samePlace } from './entry.ts';
import type { Trees } from './trees.ts';

/** The folders that a device leaves out, and what lies in them. */
export interface Selection {
  readonly folders: ReadonlySet<EntryId>;
  readonly isExcluded: (id: EntryId) => boolean;
}

/**
 * Whether the server has an entry in a folder that this device leaves out (or it is that folder); for as long as nobody
 * writes into the remote tree. What the server does not have lies in no such folder.
 */
export function excludedIn(trees: Trees, folders: ReadonlySet<EntryId>): (id: EntryId) => boolean {
  if (folders.size === 0) return () => false;
  const answers = new Map<EntryId, boolean>([[trees.topId, false]]);
  const isExcluded = (id: EntryId): boolean => {
    const known = answers.get(id);
    if (known !== undefined) return known;
    answers.set(id, false); // a folder that lies in itself is for the check of the trees to find
    const { remote } = trees.get(id);
    const answer = remote.is === 'present' && (folders.has(id) || isExcluded(remote.parentId));
    answers.set(id, answer);
    return answer;
  };
  return isExcluded;
}

/**
 * What becomes of an entry that this device leaves out (docs/spec/selection.md): what was never here stays away, what
 * is here with the content that both sides agreed on goes. Null: somebody changed it here, so it is decided on like any
 * other first; but not for a place or attributes that others have changed as well, because then theirs stand (S9).
 */
export function decideExcluded({ base, local, remote }: Triple): { is: 'settled' } | { is: 'drop' } | null {
  if (local.is === 'absent') return base === null ? { is: 'settled' } : { is: 'drop' };
  if (base === null || remote.is === 'absent' || !sameContent(local.body, base.body)) return null;
  const place = samePlace(local, base) || !samePlace(remote, base);
  const attributes = sameAttributes(local, base) || !sameAttributes(remote, base);
  return place && attributes ? { is: 'drop' } : null;
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
