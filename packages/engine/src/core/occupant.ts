import type { EntryId } from '@tidesync/shared/ids';
import type { Place } from './entry.ts';
import type { NameRules } from './name-rules.ts';
import { foldName, foldsNames } from './name-rules.ts';
import type { Trees } from './trees.ts';

/** Who is at a place of the local tree, as its disk compares names: the exact spelling first. */
export type OccupantOf = (place: Place) => EntryId | null;

/** Good for one round: each folder is folded once. */
export function createOccupants(trees: Trees, rules: NameRules): OccupantOf {
  const folders = new Map<EntryId, Map<string, EntryId>>();

  const foldedFolder = (folder: EntryId): Map<string, EntryId> => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const folded = new Map<string, EntryId>();
    for (const child of trees.localChildren(folder)) {
      const { local } = trees.get(child);
      if (local.is === 'present') folded.set(foldName(rules, local.localName), child);
    }
    folders.set(folder, folded);
    return folded;
  };

  return (place) => {
    const exact = trees.localAt(place.parentId, place.name);
    if (exact !== null || !foldsNames(rules)) return exact;
    return foldedFolder(place.parentId).get(foldName(rules, place.name)) ?? null;
  };
}
